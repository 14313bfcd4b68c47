import type { Scope } from "../../../contracts/keys/scopes.ts";
import { hasScope, type Identity } from "../api/permissions.ts";
import type { Route } from "../routing/route.ts";

/** What pages need beyond `read`. Others show a key that only reads what it may see, without buttons. */
const needed: Readonly<Partial<Record<Route["screen"], Scope>>> = {
  submit: "submit",
  revoke: "submit",
  keys: "project_admin",
  trends: "admin",
  settings: "admin",
};

/** The scope that a page needs beyond `read`; undefined when it needs none. */
export const scopeOf = (screen: Route["screen"]): Scope | undefined => needed[screen];

/** Whether a key may use a page. Until the key is known, each page is offered. */
export function mayOpen(who: Identity | undefined, screen: Route["screen"]): boolean {
  const scope = scopeOf(screen);
  return who === undefined || scope === undefined || hasScope(who, scope);
}
