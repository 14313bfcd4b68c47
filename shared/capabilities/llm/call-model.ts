import type { LlmAnswer, LlmComplete } from "../../../contracts/llm/complete.ts";
import { compileSchema } from "../json-schema/compile-schema.ts";
import { type AskOptions, askModel } from "./ask-model.ts";
import { type Generation, type LanguageModelBackend, NoLanguageModelError } from "./backend.ts";
import { freeTextIn, mayDecline } from "./reading/free-text.ts";
import { objectOfSchema } from "./reading/object-of-schema.ts";

/**
 * Asks the model once.
 * @throws NoLanguageModelError when the backend takes no prompts
 * @throws InvalidInputError when the schema is broken or hostile
 * @throws TaskError of the model server; SchemaValidationError and the other errors of an answer that is none
 */
export async function callModel(
  model: LanguageModelBackend,
  call: LlmComplete,
  { signal, book, log }: AskOptions & { readonly signal: AbortSignal },
): Promise<LlmAnswer> {
  if (model.name === "embedded") {
    throw new NoLanguageModelError(
      "This deployment has no language model: LLM_BACKEND is `embedded`, which runs tasks and takes no prompts.",
    );
  }
  // A hostile or broken schema is refused before a token is spent on it.
  const compiled = call.schema && compileSchema(call.schema, "/schema");
  const started = performance.now();
  const generation: Generation = {
    system: call.system ?? "",
    prompt: call.prompt,
    ...(call.schema && { schema: call.schema }),
    ...(call.max_tokens !== undefined && { maxTokens: call.max_tokens }),
    ...(call.temperature !== undefined && { temperature: call.temperature }),
    task: { name: "llm_complete", input: call },
    signal,
  };
  const answer = await askModel(model, generation, { book, log });
  const object = compiled
    ? objectOfSchema(answer, compiled, { source: call.prompt, mayDecline: mayDecline(generation) })
    : null;
  const { text, truncated } = compiled
    ? { text: answer.text, truncated: answer.isCut }
    : freeTextIn(answer, { ...generation, hasOwnBound: call.max_tokens !== undefined });
  return {
    text,
    object,
    truncated,
    usage: answer.usage,
    learnt: [...(model.learnt?.() ?? [])],
    duration_ms: Math.round(performance.now() - started),
  };
}
