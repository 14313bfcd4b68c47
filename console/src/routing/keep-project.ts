import { type Identity, mayActFor } from "../api/permissions.ts";
import type { Route } from "./route.ts";

interface Known {
  /** The project that was chosen before. */
  readonly chosen: string | undefined;
  /** The signed-in key; undefined until it is known. */
  readonly who: Identity | undefined;
}

/**
 * Where a link leads: the project that was chosen stays, unless the link names another one. The key's own is left out, as
 * it is what a page without one shows; so is one that the key may not act for, which the address of another key's may have.
 */
export function keepProject(to: Route, { chosen, who }: Known): Route {
  const wanted = "project" in to ? to.project : chosen;
  const isOther = wanted !== undefined && wanted !== who?.project_id && (!who || mayActFor(who, wanted));
  return { ...to, project: isOther ? wanted : undefined };
}
