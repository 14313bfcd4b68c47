import { LLMServerError } from "../../../contracts/errors.ts";
import type { LlmAnswer, LlmCall } from "../../../contracts/llm/llm-call.ts";
import { compileSchema } from "../json-schema/compile-schema.ts";
import { type LanguageModelBackend, NoLanguageModelError } from "./backend.ts";

/**
 * Asks the model once.
 * @param model the backend, or the wait for it
 * @throws NoLanguageModelError when the backend takes no prompts
 * @throws InvalidInputError when the schema is broken or hostile
 * @throws TaskError of the model server; LLMServerError when its answer is not what the schema asks for
 */
export async function callModel(model: LanguageModelBackend, call: LlmCall, signal: AbortSignal): Promise<LlmAnswer> {
  if (model.name === "embedded") {
    throw new NoLanguageModelError(
      "This deployment has no language model: LLM_BACKEND is `embedded`, which runs tasks and takes no prompts.",
    );
  }
  // A hostile or broken schema is refused before a token is spent on it.
  const compiled = call.schema && compileSchema(call.schema, "/schema");
  const started = performance.now();
  const { text, object, truncated, usage } = await model.generate({
    system: call.system ?? "",
    prompt: call.prompt,
    ...(call.schema && { schema: call.schema }),
    ...(call.max_tokens !== undefined && { maxTokens: call.max_tokens }),
    ...(call.temperature !== undefined && { temperature: call.temperature }),
    task: { name: "llm_call", input: call },
    signal,
  });
  return {
    text,
    object: compiled ? validated(() => compiled.validate(object)) : null,
    truncated: truncated ?? false,
    usage,
    duration_ms: Math.round(performance.now() - started),
  };
}

/** Another try may well give a better answer, so this is the model server's fault and not the caller's. */
function validated<T>(validate: () => T): T {
  try {
    return validate();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LLMServerError(`The model's answer does not fit the schema: ${reason}`, { cause: error });
  }
}
