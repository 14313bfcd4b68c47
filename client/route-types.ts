/**
 * The types of the client's calls, derived from the route table.
 *
 * @module
 */

import type { BodyPart, Loose, ParamsPart, QueryPart, RouteAt, RouteKey } from "../contracts/routes/call-types.ts";
import type { BodyInputOf, ParamsInputOf, QueryOf } from "../contracts/routes/define-route.ts";

export type { AnswerOf, RouteAt, RouteKey } from "../contracts/routes/call-types.ts";

/** What may stand in a route's query. */
export type QueryAt<Key extends RouteKey> = Loose<QueryOf<RouteAt<Key>>>;
/** What a route's body takes. */
export type BodyAt<Key extends RouteKey> = BodyInputOf<RouteAt<Key>>;

/** What any call takes. */
export interface CommonOptions {
  /** Ends the call; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Makes a POST safe to repeat, so that it is retried like a GET. Only for routes that read the header. */
  readonly idempotency_key?: string | undefined;
}

/** The parameters, query, headers and body of a route's call. */
export type CallOptions<Key extends RouteKey> = CommonOptions &
  ParamsPart<ParamsInputOf<RouteAt<Key>>> &
  QueryPart<QueryOf<RouteAt<Key>>> &
  BodyPart<BodyInputOf<RouteAt<Key>>>;

/** The options of a call, left out when the route needs none. */
export type CallArguments<Key extends RouteKey> =
  Record<never, never> extends CallOptions<Key> ? [options?: CallOptions<Key>] : [options: CallOptions<Key>];
