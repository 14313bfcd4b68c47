/**
 * A question that a task asks the language model of its job, with what comes with it: limits, the second model, one more
 * question when the answer cannot be used, and the booking of tokens.
 *
 * @module
 */

import {
  FactsLostError,
  FinalError,
  ModelRequiredError,
  SchemaValidationError,
  TextNotShortenedError,
  TextUnchangedError,
  UnreadableAnswerError,
} from "../../../contracts/errors.ts";
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

/** A question, and how its answer is read. */
export interface Question<Result> {
  /** The task behind it, for a backend that needs no prompt. */
  readonly task: Generation["task"];
  readonly prompt: Prompt;
  /**
   * @throws an error that {@link isRepairable} when the answer is not what was asked for: the model is asked again, with
   * the error's words
   */
  read(answer: Answer): Result | Promise<Result>;
}

/** Whom a question is put to. */
export interface QuestionOptions {
  /** The backend to ask; the one of the job's config or of the environment unless a test brings its own. */
  readonly model?: (job: Pick<TaskContext, "config" | "tenant">) => Promise<LanguageModelBackend>;
  /** The one that takes over; that of the environment, if there is one. */
  readonly fallback?: () => Promise<LanguageModelBackend | undefined>;
  readonly settings?: () => Pick<LlmSettings, "LLM_REPAIR">;
}

const repairable = [
  SchemaValidationError,
  UnreadableAnswerError,
  FactsLostError,
  TextNotShortenedError,
  TextUnchangedError,
];

/** An answer that another question may put right. */
const isRepairable = (error: unknown): error is Error => repairable.some((kind) => error instanceof kind);

const nameOf = ({ name, model }: LanguageModelBackend): string => model ?? name;

const complaintOf = (error: Error): string =>
  `That answer cannot be used. ${error.message}\n\nAnswer again, with the corrected answer alone: the whole of it, and nothing else.`;

/**
 * The backend that a task asks which the embedded engine cannot run.
 * @throws ModelRequiredError when there is no language model
 */
export async function requiredModel(
  taskName: string,
  job: Pick<TaskContext, "config" | "tenant">,
  model: NonNullable<QuestionOptions["model"]> = modelOfJob,
): Promise<LanguageModelBackend> {
  const backend = await model(job);
  if (backend.name !== "embedded") return backend;
  throw new ModelRequiredError(
    `${taskName} needs a language model, and the embedded engine is none. Set LLM_BACKEND, LLM_SERVER_URL and LLM_MODEL of the ` +
      "stage (docs/model-servers.md), or submit with a config that names a provider of language models.",
  );
}

/**
 * Asks the model. An answer that is not what was asked for is answered with what is wrong with it, once, unless LLM_REPAIR
 * is off. Tokens are booked on the job even when the answer turns out to be useless.
 * @throws what the model server's errors and the reading of the answer are
 */
export async function askQuestion<Result>(
  { task, prompt: own, read }: Question<Result>,
  context: TaskContext,
  { model = modelOfJob, fallback = processFallback, settings = processLlmSettings }: QuestionOptions = {},
): Promise<Result> {
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
      { ...prompt, ...(correction && { correction }), task, signal: context.signal },
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
    return await read(first);
  } catch (error) {
    if (!isRepairable(error) || backend.name === "embedded" || !settings().LLM_REPAIR) throw error;
    context.log.warn("The answer cannot be used; the model is asked again.", { reason: error.message });
    const corrected = await ask({ answer: first.text, complaint: complaintOf(error) }).catch((fault: unknown) => {
      // If the longer question cannot be asked, the first answer decides about the job.
      throw fault instanceof FinalError ? error : fault;
    });
    return await read(corrected);
  }
}
