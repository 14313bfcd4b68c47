import type { WritingWarning } from "../../../contracts/tasks/writing.ts";
import { missingNumbers, numbersIn } from "./facts/numbers.ts";
import { isWithin, mostLengthSteps } from "./length.ts";
import { plainText } from "./prose-words.ts";
import type { Work, WritingProgress } from "./work.ts";

const SHOWN = 10;
/** Smaller numbers are likely to count things within a text. */
const LEAST_TOLD = 13;

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

function lengthWarning({ target }: Work, progress: WritingProgress, words: number): WritingWarning | undefined {
  if (isWithin(words, target)) return undefined;
  const { lengthSteps, sections } = progress;
  const way = words < target ? "longer" : "shorter";
  const asked = `the model was asked ${plural(lengthSteps, "time")} to make it ${way}`;
  const why =
    lengthSteps >= mostLengthSteps(sections.length)
      ? `${asked}, which is the most`
      : lengthSteps > 0
        ? `${asked}, and what it answered did not bring it closer`
        : "no section of it fits into one answer of the model to be shortened; raise MAX_TOKENS";
  return { kind: "length", message: `The text has ${words} words, and ${target} were asked for: ${why}.` };
}

/** Numbers that come from nowhere. Without sources the model knows what it knows. */
function addedNumbers(work: Work, content: string): WritingWarning | undefined {
  const { factsFrom, sources, revision, title, outline } = work;
  if (factsFrom === "knowledge") return undefined;
  const given = [
    ...sources.flatMap((source) => [source.title, source.author, source.year, source.text]),
    ...(outline ?? []).flatMap(({ heading, points }) => [heading, points]),
    ...[title, revision?.content, revision?.feedback, work.person],
  ];
  const numbers = numbersIn(plainText(content)).filter(({ values }) =>
    [...values].every((value) => Number(value) >= LEAST_TOLD),
  );
  const added = missingNumbers(numbers, given.filter((each) => each !== undefined && each !== null).join("\n"));
  if (added.length === 0) return undefined;
  const shown = added.slice(0, SHOWN).map((number) => number.shown);
  return {
    kind: "numbers_added",
    message: `Numbers that nothing given to the task has: ${shown.join(", ")}${added.length > SHOWN ? ", ..." : ""}. Check them.`,
  };
}

/** What should be known of a text. */
export function warningsOf(
  work: Work,
  progress: WritingProgress,
  { content, words, used }: { readonly content: string; readonly words: number; readonly used: readonly number[] },
): WritingWarning[] {
  const { removedMarkers, removedRepeats, removedEchoes, sourcesShortened } = progress;
  const all: (WritingWarning | undefined | false)[] = [
    lengthWarning(work, progress, words),
    removedMarkers > 0 && {
      kind: "markers_removed",
      message: `${plural(removedMarkers, "marker")} that named no source ${removedMarkers === 1 ? "was" : "were"} removed.`,
    },
    work.factsFrom === "sources" &&
      used.length === 0 && {
        kind: "no_markers",
        message: "The model marked no sentence with a source: which facts come from the sources cannot be told.",
      },
    removedRepeats > 0 && {
      kind: "repeats_removed",
      message: `${plural(removedRepeats, "sentence")} that stood in the text already ${removedRepeats === 1 ? "was" : "were"} removed.`,
    },
    removedEchoes > 0 && {
      kind: "echoes_removed",
      message: `${plural(removedEchoes, "sentence")} in which the model repeated its instructions ${removedEchoes === 1 ? "was" : "were"} removed.`,
    },
    sourcesShortened && {
      kind: "sources_shortened",
      message:
        "The sources are longer than the model's context takes: each section was given the passages that share the most words with it.",
    },
    addedNumbers(work, content),
  ];
  return all.filter((each): each is WritingWarning => each !== undefined && each !== false);
}
