/** What an API key may do. */
export const scopes = ["submit", "read", "admin"] as const;
/** What an API key may do. */
export type Scope = (typeof scopes)[number];

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
}
