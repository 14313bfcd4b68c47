/**
 * What a key may do, as the console shows it. The API decides; this keeps what it would refuse off the pages.
 *
 * @module
 */

import { EVERY_PROJECT, type Scope } from "../../../contracts/keys/scopes.ts";
import type { AnswerOf } from "./routes.ts";

/** What the signed-in key may do. */
export type Identity = AnswerOf<"GET /api/v1/keys/own">;

/** Whether the key has a scope, or one that implies it. */
export function hasScope(who: Identity | undefined, scope: Scope): boolean {
  const implying: readonly Scope[] = scope === "admin" ? ["admin"] : [scope, "project_admin", "admin"];
  return implying.some((each) => who?.scopes.includes(each));
}
/** Whether the key has the scope `admin`. */
export const isAdmin = (who: Identity | undefined): boolean => hasScope(who, "admin");
/** Whether the key administers its projects: their keys and dead letters. */
export const administersProject = (who: Identity | undefined): boolean => hasScope(who, "project_admin");
/** Whether the key may submit, revoke and retry. */
export const maySubmit = (who: Identity | undefined): boolean => hasScope(who, "submit");

/** Whether the key may act for other projects than its own: for some, or for all. */
export const choosesProject = (who: Identity | undefined): boolean => isAdmin(who) || (who?.projects.length ?? 0) > 0;
/** Whether the key may act for a project. */
export const mayActFor = (who: Identity, project: string): boolean =>
  isAdmin(who) || who.project_id === project || who.projects.some((each) => each === EVERY_PROJECT || each === project);
