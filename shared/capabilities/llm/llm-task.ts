import type { z } from "zod";
import type { TaskDefinition } from "../../../contracts/define-task.ts";
import { FinalError, SchemaValidationError, UnreadableAnswerError } from "../../../contracts/errors.ts";
import type { LlmSettings } from "../../../contracts/settings/llm.ts";
import type { TaskContext } from "../../engine/worker/context.ts";
import { askModel } from "./ask-model.ts";
import type { Generation, LanguageModelBackend } from "./backend.ts";
import { bySecondModel, isTooLong, processFallback } from "./fallback.ts";
import { processLlmSettings } from "./process-model.ts";
import { configOf, isOwnModel, modelOfJob } from "./providers/job-model.ts";
import type { Answer } from "./reading/read-answer.ts";

/** What a language model is asked. */
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
  /**
   * @throws SchemaValidationError or UnreadableAnswerError when the answer is not what was asked for: the model is asked
   * once more, with the error's words
   */
  postprocess(answer: Answer, input: Input): Output | Promise<Output>;
}

/** The prompt of a task, and how its answer becomes the result. */
export interface LlmTaskOptions {
  /** The backend to ask; the one of the job's config or of the environment unless a test brings its own. */
  readonly model?: (job: Pick<TaskContext, "config" | "tenant">) => Promise<LanguageModelBackend>;
  /** The one that takes over; that of the environment, if there is one. */
  readonly fallback?: () => Promise<LanguageModelBackend | undefined>;
  readonly settings?: () => Pick<LlmSettings, "LLM_REPAIR">;
}

/** An answer that another question may put right. */
const isRepairable = (error: unknown): error is Error =>
  error instanceof SchemaValidationError || error instanceof UnreadableAnswerError;

const nameOf = ({ name, model }: LanguageModelBackend): string => model ?? name;

const complaintOf = (error: Error): string =>
  `That answer cannot be used. ${error.message}\n\nAnswer again, with the corrected answer alone: the whole of it, and nothing else.`;

/**
 * Makes a task's `run` out of a prompt and what to do with the answer. An answer that is not what was asked for is
 * answered with what is wrong with it, once in a run, unless LLM_REPAIR is off. Tokens are booked on the job even when
 * the answer turns out to be useless.
 */
export function llmTask<Input extends z.ZodType, Output extends z.ZodType>(
  definition: TaskDefinition<string, string, Input, Output>,
  recipe: LlmRecipe<z.output<Input>, z.output<Output>>,
  { model = modelOfJob, fallback = processFallback, settings = processLlmSettings }: LlmTaskOptions = {},
) {
  return {
    async run(input: z.output<Input>, context: TaskContext): Promise<z.output<Output>> {
      const own = recipe.buildPrompt(input);
      const instructions = [configOf(context)?.system ?? "", own.system].filter((each) => each !== "");
      const prompt = { ...own, system: instructions.join("\n\n") };
      // A job whose config names a model is answered by that one or not at all.
      const second = async () => (isOwnModel(context) ? await fallback() : undefined);
      const inPlace = context.usesFallback ? await second() : undefined;
      // Kept with the job, also where the server counts no tokens and so names no model.
      if (inPlace) context.log.info(`The second model is asked: ${nameOf(inPlace)}.`);
      let backend = inPlace ?? (await model(context));
      const askOnce = async (correction?: Generation["correction"]) => {
        await context.admitCall();
        await context.assertActive();
        return await askModel(
          backend,
          {
            ...prompt,
            ...(correction && { correction }),
            task: { name: definition.name, input },
            signal: context.signal,
          },
          { book: context.usage, log: context.log },
        );
      };
      const ask = async (correction?: Generation["correction"]) => {
        try {
          return await askOnce(correction);
        } catch (error) {
          const other = isTooLong(error) && !inPlace ? await second() : undefined;
          if (!other || other === backend) throw error;
          context.log.info(`The text is too long for the model; the second one is asked: ${nameOf(other)}.`);
          backend = other;
          return await bySecondModel(() => askOnce(correction));
        }
      };
      const first = await ask();
      try {
        return await recipe.postprocess(first, input);
      } catch (error) {
        if (!isRepairable(error) || backend.name === "embedded" || !settings().LLM_REPAIR) throw error;
        context.log.warn("The answer cannot be used; the model is asked once more.", { reason: error.message });
        const second = await ask({ answer: first.text, complaint: complaintOf(error) }).catch((fault: unknown) => {
          // That the longer question cannot be asked says nothing of the job: the first answer does.
          throw fault instanceof FinalError ? error : fault;
        });
        return await recipe.postprocess(second, input);
      }
    },
  };
}
