/**
 * The types of the console's calls, derived from the route table.
 *
 * @module
 */

import type { BodyPart, ParamsPart, QueryPart } from "../../../contracts/routes/call-parts.ts";
import type { RouteAt, RouteKey } from "../../../contracts/routes/call-types.ts";
import type { BodyInputOf, ParamsInputOf, QueryOf, RouteDefinition } from "../../../contracts/routes/define-route.ts";

export type { AnswerOf, RouteKey } from "../../../contracts/routes/call-types.ts";

interface CommonOptions {
  readonly signal?: AbortSignal | undefined;
  /** For routes that read the header: the same key and request do nothing twice. */
  readonly idempotencyKey?: string | undefined;
}

type OptionsOf<Route extends RouteDefinition> = CommonOptions &
  ParamsPart<ParamsInputOf<Route>> &
  QueryPart<QueryOf<Route>> &
  BodyPart<BodyInputOf<Route>>;

/** The arguments of a call; none are needed where a route needs nothing. */
export type CallArguments<Key extends RouteKey> =
  Record<never, never> extends OptionsOf<RouteAt<Key>>
    ? [options?: OptionsOf<RouteAt<Key>>]
    : [options: OptionsOf<RouteAt<Key>>];
