/**
 * The types of the client's calls, and names for what they take and answer.
 *
 * @module
 */

import type { AnswerOf, BodyAt, BodyPart, ParamsAt, ParamsPart, QueryAt, QueryPart, RouteKey } from "./api-types.ts";

export type { AnswerOf, BodyAt, QueryAt, RouteKey } from "./api-types.ts";

/** A job as the API shows it. */
export type Job = AnswerOf<"GET /api/v1/jobs/{task_id}">;
/** The answer of a submit. */
export type Accepted = AnswerOf<"POST /api/v1/tasks/{task_name}">;
/** The body of a submit. */
export type SubmitBody = BodyAt<"POST /api/v1/tasks/{task_name}">;

/** What any call takes. */
export interface CommonOptions {
  /** Ends the call; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Makes a POST safe to repeat, so that it is retried like a GET. Only for routes that read the header. */
  readonly idempotency_key?: string | undefined;
  /** Repeating this POST changes nothing more than the first one did, so that it is retried like a GET. */
  readonly safe?: boolean | undefined;
}

/** The parameters, query, headers and body of a route's call. */
export type CallOptions<Key extends RouteKey> = CommonOptions &
  ParamsPart<ParamsAt<Key>> &
  QueryPart<QueryAt<Key>> &
  BodyPart<BodyAt<Key>>;

/** The options of a call, left out when the route needs none. */
export type CallArguments<Key extends RouteKey> =
  Record<never, never> extends CallOptions<Key> ? [options?: CallOptions<Key>] : [options: CallOptions<Key>];
