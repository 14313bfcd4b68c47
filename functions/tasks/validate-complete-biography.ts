import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { verdictsOf } from "../../shared/capabilities/validation/source-verdicts.ts";
import { validate } from "../../shared/capabilities/validation/validate.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";

/** What each inconsistency that is an error takes off the score, and all of them together. */
const [EACH, MOST] = [5, 40];

export async function run(
  { title, ...input }: TaskInput<"validate_complete_biography">,
  { signal }: TaskContext,
): Promise<TaskOutput<"validate_complete_biography">> {
  const today = new Date().toISOString().slice(0, 10);
  const report = await validate("biography", { ...input, today }, signal);
  const chapters = report.chapters.map((quality, index) => ({
    number: input.chapters[index]?.number ?? null,
    title: input.chapters[index]?.title ?? "",
    ...quality,
    findings: [...quality.findings],
    readability: [...quality.readability],
  }));
  const sources = verdictsOf(report.sources);
  const consistency = [...report.consistency];
  const errors = consistency.filter(({ severity }) => severity === "error").length;
  const word_count = chapters.reduce((sum, chapter) => sum + chapter.word_count, 0);
  const points = chapters.reduce((sum, { score, word_count }) => sum + score * word_count, 0);
  const score = (word_count === 0 ? 0 : points / word_count) - Math.min(MOST, errors * EACH);
  const areFree = [chapters, sources].every((parts) => parts.every(({ is_valid }) => is_valid));
  return {
    is_valid: areFree && errors === 0,
    ...{ title, word_count, chapters, sources, consistency },
    score: Math.max(0, Math.round(score * 10) / 10),
  };
}
