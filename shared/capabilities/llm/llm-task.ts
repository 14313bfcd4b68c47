import type { z } from "zod";
import type { TaskDefinition } from "../../../contracts/define-task.ts";
import { SchemaValidationError } from "../../../contracts/errors.ts";
import type { TaskContext } from "../../engine/worker/context.ts";
import type { GenerationResult, LanguageModelBackend } from "./backend.ts";
import { processModel } from "./process-model.ts";

export interface Prompt {
  readonly system: string;
  readonly prompt: string;
  /** A JSON Schema of type object, when the answer is to be such an object. */
  readonly schema?: Record<string, unknown>;
}

/** What makes a task of a language model: what to ask, and what to make of the answer. */
export interface LlmRecipe<Input, Output> {
  /** @throws InvalidInputError when the input cannot be asked about */
  buildPrompt(input: Input): Prompt;
  /** @throws SchemaValidationError when the answer is not what was asked for */
  postprocess(output: GenerationResult, input: Input): Output | Promise<Output>;
}

const missingObject = (result: GenerationResult): SchemaValidationError =>
  new SchemaValidationError(
    `The model did not answer with a JSON object.${result.truncated ? " Its answer was cut at MAX_TOKENS." : ""}`,
  );

/**
 * Makes a task's `run` out of a prompt and what to do with the answer. Tokens are booked on the job even when the
 * answer turns out to be useless.
 * @param model the backend to ask; the one of the environment unless a test brings its own
 */
export function llmTask<Input extends z.ZodType, Output extends z.ZodType>(
  definition: TaskDefinition<string, string, Input, Output>,
  recipe: LlmRecipe<z.output<Input>, z.output<Output>>,
  model: () => Promise<LanguageModelBackend> = processModel,
) {
  return {
    async run(input: z.output<Input>, context: TaskContext): Promise<z.output<Output>> {
      const prompt = recipe.buildPrompt(input);
      const backend = await model();
      const started = performance.now();
      const result = await backend.generate({
        ...prompt,
        task: { name: definition.name, input },
        signal: context.signal,
      });
      if (result.usage) context.usage(result.usage);
      context.log.info("The model answered.", {
        backend: backend.name,
        duration_ms: Math.round(performance.now() - started),
        ...result.usage,
      });
      if (prompt.schema && result.object === undefined) throw missingObject(result);
      return recipe.postprocess(result, input);
    },
  };
}
