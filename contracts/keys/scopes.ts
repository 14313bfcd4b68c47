/**
 * What an API key may do. `project_admin` administers what belongs to the key's projects, `admin` the whole stage; each
 * implies those before it.
 */
export const scopes = ["submit", "read", "project_admin", "admin"] as const;
/** Those of a stage's first key; a stage of an earlier version knows no others, and `admin` implies them. */
export const firstKeyScopes = ["submit", "read", "admin"] as const satisfies readonly Scope[];

/** What an API key may do. */
export type Scope = (typeof scopes)[number];

/** Every project, where a key says for which it may act. */
export const EVERY_PROJECT = "*";

/** Longest project name; projects keep tenants apart. */
export const PROJECT_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** What the authorizer hands to the handlers: HTTP API passes strings only. */
export interface AuthorizerContext {
  readonly key_id: string;
  /** What its maker called the key. */
  readonly key_name?: string;
  readonly project_id: string;
  /** Other projects that the key may act for, space-separated; `*` for all. */
  readonly projects?: string;
  /** Space-separated. */
  readonly scopes: string;
  /** What the key may ask of the language model, as JSON; left out where it is not limited. */
  readonly limits?: string;
  /** When the key expires, in milliseconds since the epoch; left out where it does not. */
  readonly expires_at?: string;
}
