/**
 * The checks of texts, as the tasks of the queue `validation` ask for them.
 *
 * @module
 */

import { boundedCalls } from "../markdown/bounded-call.ts";
import type { ValidationCall, ValidationCalls } from "./validation.thread.ts";

/** Below the soft time limit, so that a hostile text fails for good and is not tried again. */
const BOUNDS = { seconds: 80, megabytes: 512 };

const ask = boundedCalls<ValidationCall, ValidationCalls[keyof ValidationCalls]["answer"]>(
  new URL(`./validation.thread${import.meta.url.endsWith(".ts") ? ".ts" : ".mjs"}`, import.meta.url),
  BOUNDS,
);

/**
 * Runs a check in a thread.
 * @param type which check
 * @throws MarkdownTooComplexError
 */
export async function validate<Type extends keyof ValidationCalls>(
  type: Type,
  input: ValidationCalls[Type]["input"],
  signal: AbortSignal,
): Promise<ValidationCalls[Type]["answer"]> {
  // Both sides are our own code.
  return (await ask({ type, ...input } as ValidationCall, signal)) as ValidationCalls[Type]["answer"];
}
