/** What a program that uses Sluice imports: `import { createClient } from "sluice/client"`. */
export {
  type Client,
  type ClientOptions,
  createClient,
  type FinishedJob,
  type SubmitOptions,
  type Submitted,
} from "./client.ts";
export { JobFailedError, SluiceError, UnreachableError, WaitTimeoutError } from "./errors.ts";
export type { Call, Fetch } from "./http.ts";
export type { AnswerOf, BodyAt, QueryAt, RouteKey } from "./route-types.ts";
export type { WaitOptions } from "./wait.ts";
