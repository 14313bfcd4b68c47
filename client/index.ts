/** What a program that uses Sluice imports. */
export type { Tasks } from "./api-types.ts";
export type { BatchResult } from "./batches.ts";
export { type Client, type ClientOptions, createClient, type SubmitOptions, type TaskTypes } from "./client.ts";
export {
  AuthenticationError,
  ConflictError,
  InvalidRequestError,
  JobFailedError,
  JobRevokedError,
  NotFoundError,
  RateLimitError,
  ServerError,
  SluiceError,
  UnreachableError,
  WaitTimeoutError,
  WebhookVerificationError,
} from "./errors.ts";
export type { Call, Fetch } from "./http.ts";
export type { AnswerOf, BodyAt, Job, QueryAt, RouteKey } from "./route-types.ts";
export type { FinishedJob, SubmittedJob } from "./submitted-job.ts";
export type { WaitOptions } from "./wait.ts";
export { verifyWebhook, type WebhookHeaders } from "./webhooks.ts";
