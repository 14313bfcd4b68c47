/**
 * The chapters of a book as jobs of their own: some at once, and the next when all of those have ended. No run waits meanwhile.
 *
 * @module
 */

import { z } from "zod";
import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { AllStepsFailedError } from "../../contracts/errors.ts";
import { addUsage } from "../../contracts/jobs/add-usage.ts";
import type { JobError, Usage } from "../../contracts/jobs/wire.ts";
import { batchGenerateChapters } from "../../contracts/tasks/batch-generate-chapters.ts";
import { generateChapter } from "../../contracts/tasks/generate-chapter.ts";
import { requiredModel } from "../../shared/capabilities/llm/question.ts";
import type { TaskContextOf } from "../task-context.ts";

type Input = TaskInput<"batch_generate_chapters">;
type Output = TaskOutput<"batch_generate_chapters">;
type Context = TaskContextOf<"batch_generate_chapters">;

/** Chapters that are written are kept here: the records of their jobs may be gone before the last one is. */
const endedSchema = z.object({
  task_id: z.string(),
  chapter: generateChapter.output.nullable(),
});
const stateSchema = z.object({
  /** Of the chapters so far, in the order of the specs. */
  started: z.array(endedSchema),
});
type Started = z.output<typeof endedSchema>;

const lost: JobError = {
  type: "ResultExpiredError",
  message: "The chapter's job is gone, and its result with it: RESULT_EXPIRES is shorter than the book takes.",
  retryable: false,
};

function inputOf({ character_name, sources, language, chapter_specs }: Input, index: number) {
  const spec = chapter_specs[index];
  const own = spec?.sources ?? sources;
  return {
    character_name,
    chapter_number: spec?.number ?? 0,
    chapter_title: spec?.title ?? "",
    target_words: spec?.target_words,
    ...(spec?.outline !== undefined && { outline: spec.outline }),
    ...(own !== undefined && { sources: own }),
    language,
  };
}

/** Submits a chapter, once; one that has failed is run again when this job is. */
const submit = (input: Input, index: number, context: Context): Promise<string> =>
  context.submit(generateChapter.name, inputOf(input, index), {
    step: `chapter ${input.chapter_specs[index]?.number ?? index}`,
  });

/** Checks the chapters that are not written yet. */
async function lookAt(input: Input, started: readonly Started[], context: Context) {
  const open = started.flatMap(({ chapter }, index) => (chapter === null ? [index] : []));
  // An operator who runs this job again has its failed chapters run again.
  for (const index of open) await submit(input, index, context);
  const results = await context.results(open.map((index) => started[index]?.task_id ?? ""));
  const byId = new Map(results.map((result) => [result.taskId, result]));
  const written = started.map((each) => {
    const result = byId.get(each.task_id);
    return result?.status === "SUCCESS" ? { ...each, chapter: generateChapter.output.parse(result.result) } : each;
  });
  const unfinished = results.filter(({ status }) => status === "PENDING" || status === "STARTED" || status === "RETRY");
  const errors = new Map(
    results.map(({ taskId, status, error }) => [
      taskId,
      error ??
        (status === "EXPIRED" ? lost : { type: status, message: `The chapter's job is ${status}.`, retryable: false }),
    ]),
  );
  return { written, unfinished: unfinished.map(({ taskId }) => taskId), errors };
}

function outputOf(
  { chapter_specs }: Input,
  started: readonly Started[],
  errors: ReadonlyMap<string, JobError>,
): Output {
  const chapters = chapter_specs.map(({ number, title }, index) => {
    const { task_id = "", chapter = null } = started[index] ?? {};
    const error = chapter ? null : (errors.get(task_id) ?? lost);
    return { number, title, task_id, status: chapter ? ("success" as const) : ("failed" as const), chapter, error };
  });
  const failed = chapters.filter(({ chapter }) => chapter === null);
  const [first] = failed;
  if (first?.error && failed.length === chapters.length) {
    const { type, message } = first.error;
    throw new AllStepsFailedError(
      `None of the ${chapters.length} chapters was written. Chapter ${first.number}: ${type}: ${message}`,
    );
  }
  const used = chapters.reduce<Usage | undefined>(
    (sum, { chapter }) => (chapter?.usage ? addUsage(sum, chapter.usage) : sum),
    undefined,
  );
  return {
    status: failed.length === 0 ? "success" : "partial",
    total: chapters.length,
    succeeded: chapters.length - failed.length,
    failed: failed.length,
    chapters: chapters.toSorted((one, other) => one.number - other.number),
    usage: used ?? null,
  };
}

export async function run(input: Input, context: Context): Promise<Output> {
  const { chapter_specs: specs, batch_size } = input;
  await requiredModel(batchGenerateChapters.name, context);
  const { started } = context.state === undefined ? { started: [] } : stateSchema.parse(context.state);
  const { written, unfinished, errors } = await lookAt(input, started, context);
  const tell = (message: string | null) =>
    context.progress(written.filter(({ chapter }) => chapter !== null).length, specs.length, message);
  if (unfinished.length > 0) return context.waitFor(unfinished, { started: written });
  const end = Math.min(specs.length, started.length + batch_size);
  if (started.length === specs.length) {
    tell(null);
    return outputOf(input, written, errors);
  }
  const next: Started[] = [];
  for (let index = started.length; index < end; index++) {
    next.push({ task_id: await submit(input, index, context), chapter: null });
  }
  tell(`chapters ${started.length + 1} to ${end} of ${specs.length}`);
  return context.waitFor(
    next.map(({ task_id }) => task_id),
    { started: [...written, ...next] },
  );
}
