/**
 * One log line for each call of a model, with the names of OpenTelemetry's semantic conventions for generative AI
 * (https://opentelemetry.io/docs/specs/semconv/gen-ai/), so that what reads those reads ours.
 *
 * @module
 */

import type { LanguageModelBackend, ModelAnswer } from "./backend.ts";

/** Where the lines go. */
export interface CallLog {
  info(message: string, fields: Record<string, unknown>): void;
  warn(message: string, fields: Record<string, unknown>): void;
}

/** Our names of what the conventions name otherwise. */
const providers: Readonly<Record<string, string>> = { bedrock: "aws.bedrock" };

/**
 * Awaits a call and logs how it ended. Neither prompts nor answers are logged.
 * @throws what the call throws
 */
export async function logCall(
  { name, model }: LanguageModelBackend,
  log: CallLog,
  call: () => Promise<ModelAnswer>,
): Promise<ModelAnswer> {
  const started = performance.now();
  const request = () => ({
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": providers[name] ?? name,
    ...(model !== undefined && { "gen_ai.request.model": model }),
    // In seconds, as the conventions have it.
    "gen_ai.client.operation.duration": Math.round(performance.now() - started) / 1_000,
  });
  try {
    const answer = await call();
    log.info("The model answered.", {
      ...request(),
      ...(answer.usage && {
        "gen_ai.usage.input_tokens": answer.usage.prompt_tokens,
        "gen_ai.usage.output_tokens": answer.usage.completion_tokens,
        ...(answer.usage.model !== null && { "gen_ai.response.model": answer.usage.model }),
      }),
      ...(answer.finish && { "gen_ai.response.finish_reasons": [answer.finish] }),
    });
    return answer;
  } catch (error) {
    log.warn("The model did not answer.", {
      ...request(),
      "error.type": error instanceof Error ? error.name : "unknown",
    });
    throw error;
  }
}
