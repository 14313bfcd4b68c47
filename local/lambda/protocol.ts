/**
 * The messages between the stack and a function's process. Payloads are JSON text, as they are for Lambda.
 *
 * @module
 */

/** Asks a function's process to run an invocation. */
export interface InvokeMessage {
  readonly requestId: string;
  readonly event: string;
  /** Milliseconds since the epoch at which the process is killed. */
  readonly deadline: number;
  readonly arn: string;
}

/** As Lambda reports it. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** What a function's process reports. */
export type ProcessMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "init-failed"; readonly error: FunctionError }
  | { readonly kind: "done"; readonly requestId: string; readonly payload: string }
  | { readonly kind: "failed"; readonly requestId: string; readonly error: FunctionError };
