/**
 * The file that stands for `client/api-types.ts` in the package: the same names, from the API's description.
 *
 * @module
 */

import { apiTypes } from "./api-types.ts";

/** How the client finds a route's types. */
const LOOKUPS = `/** A file's bytes, as the body of an upload. */
export interface FileBody {
  readonly bytes: Uint8Array;
  readonly content_type?: string | undefined;
}
/** Method and path of a route, such as \`GET /api/v1/jobs/{task_id}\`. */
export type RouteKey = keyof Routes;
/** What a route answers. */
export type AnswerOf<Key extends RouteKey> = Routes[Key]["answer"];
/** The values for a route's path. */
export type ParamsAt<Key extends RouteKey> = Routes[Key]["params"];
/** What may be in a route's query. */
export type QueryAt<Key extends RouteKey> = Loose<Routes[Key]["query"]>;
/** What a route's body takes. */
export type BodyAt<Key extends RouteKey> = Routes[Key]["body"];
`;

/**
 * The text of that file.
 * @param document the API's description
 * @param callParts the text of `contracts/routes/call-parts.ts`
 */
export const packageTypes = (document: unknown, callParts: string): string =>
  [callParts, LOOKUPS, apiTypes(document)].join("\n");
