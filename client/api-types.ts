/**
 * What the client is typed with, from the contracts. In its package, a file that is generated from the API's description
 * takes its place (scripts/client-package.ts) and exports the same names.
 *
 * @module
 */

import type { TaskName, TaskOutput, TaskRequest } from "../contracts/catalog.ts";
import type { Loose } from "../contracts/routes/call-parts.ts";
import type { RouteAt, RouteKey } from "../contracts/routes/call-types.ts";
import type { BodyInputOf, ParamsInputOf, QueryOf } from "../contracts/routes/define-route.ts";

export type { Problem } from "../contracts/problem.ts";
export type { BodyPart, ParamsPart, QueryPart } from "../contracts/routes/call-parts.ts";
export type { AnswerOf, RouteKey } from "../contracts/routes/call-types.ts";
export type { WebhookPayload } from "../contracts/webhooks/webhooks.ts";

/** The tasks of the catalog, by name. */
export type Tasks = {
  readonly [Name in TaskName]: { readonly input: TaskRequest<Name>; readonly output: TaskOutput<Name> };
};
/** The values for a route's path. */
export type ParamsAt<Key extends RouteKey> = ParamsInputOf<RouteAt<Key>>;
/** What may be in a route's query. */
export type QueryAt<Key extends RouteKey> = Loose<QueryOf<RouteAt<Key>>>;
/** What a route's body takes. */
export type BodyAt<Key extends RouteKey> = BodyInputOf<RouteAt<Key>>;
