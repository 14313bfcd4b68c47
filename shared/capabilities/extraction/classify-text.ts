/**
 * Tells which class a document belongs to, with the place that shows it.
 *
 * @module
 */

import { z } from "zod";
import { SchemaValidationError } from "../../../contracts/errors.ts";
import { classify } from "../../../contracts/tasks/extraction.ts";
import { AUTO_LANGUAGE } from "../../../contracts/tasks/language.ts";
import type { TaskContext } from "../../engine/worker/context.ts";
import type { DocumentServices } from "../documents/services.ts";
import { compileSchema } from "../json-schema/compile-schema.ts";
import { embeddedLanguages } from "../llm/embedded/languages.ts";
import { languageName } from "../llm/language-name.ts";
import { asMaterial, MATERIAL_RULE } from "../llm/material.ts";
import { askQuestion, type Prompt, type QuestionOptions } from "../llm/question.ts";
import { objectOfSchema } from "../llm/reading/object-of-schema.ts";
import type { Answer } from "../llm/reading/read-answer.ts";
import { languageOfText } from "../llm/text-language.ts";
import { askInParts } from "./ask-in-parts.ts";
import { markdownOfPart, type Part, type Place, placeIn } from "./parts.ts";
import { sourcePages } from "./source.ts";
import { TokenIndex } from "./values/tokens.ts";

type Input = z.output<typeof classify.input>;
type Output = z.output<typeof classify.output>;

/** The class of one part. */
interface Vote {
  readonly class: string | null;
  readonly confidence: number;
  readonly place: Place | undefined;
  /** By class, the share of what speaks for it. */
  readonly scores: Readonly<Record<string, number>>;
  /** Characters of the part: a longer one weighs more. */
  readonly weight: number;
}

/** Parts that are asked about: what a document is shows at its beginning, its end and here and there. */
const MAX_PARTS = 5;
/** Of a model's answer: its word alone; with a quote that is in the document. */
const CONFIDENCE = { said: 0.5, quoted: 0.9 } as const;

const spread = (parts: readonly Part[]): readonly Part[] => {
  if (parts.length <= MAX_PARTS) return parts;
  const at = Array.from({ length: MAX_PARTS }, (_, index) =>
    Math.round((index * (parts.length - 1)) / (MAX_PARTS - 1)),
  );
  return parts.filter((_, index) => at.includes(index));
};

const namesOf = ({ classes }: Input): string[] => classes.map((each) => (typeof each === "string" ? each : each.name));

const answerSchema = (input: Input): Record<string, unknown> => ({
  type: "object",
  properties: {
    quote: { type: ["string", "null"], description: "A short passage of the document that shows it, word for word." },
    class: { enum: [...namesOf(input), null] },
  },
  required: ["quote", "class"],
});

function promptFor(input: Input, part: Part, language: string): Prompt {
  const list = input.classes.map((each) =>
    typeof each === "string" || each.description === undefined
      ? `- ${typeof each === "string" ? each : each.name}`
      : `- ${each.name}: ${each.description}`,
  );
  const tongue = input.language === AUTO_LANGUAGE ? "" : ` The document is in ${languageName(language)}.`;
  return {
    system:
      "You say which class a document belongs to. Answer with one JSON object: `quote`, a short passage of the document that " +
      `shows it, word for word, and \`class\`, one of the names you are given, or null when none fits.${tongue} ${MATERIAL_RULE}`,
    prompt:
      `Classes:\n${list.join("\n")}\n\n${asMaterial("document", markdownOfPart(part))}\n\n` +
      "Now answer with the JSON object: the class of the document above.",
    schema: answerSchema(input),
  };
}

/** What an answer is read by: a model that names the class is right without a quote, and however it writes the name. */
const readSchema = compileSchema(
  {
    type: "object",
    properties: { quote: { type: ["string", "null"] }, class: { type: ["string", "null"] } },
    required: ["class"],
  },
  "/classes",
);
const modelAnswer = z.object({ quote: z.string().nullish(), class: z.string().nullable() });

/** Words for no class, where no class has that name. */
const NO_CLASS = /^(?:null|none|no class|n\/a|neither|keine?[rs]?|nichts)$/;

/** A name without the marks of a list, of emphasis or of a quotation around it. */
const plain = (name: string): string =>
  name
    .replace(/^\s*[-*•]\s+/, "")
    .replace(/^[\s*_`"'“”„]+|[\s*_`"'“”.]+$/g, "")
    .toLowerCase();

/**
 * The class that a model means.
 * @throws SchemaValidationError when it is none of them
 */
function classOf(said: string | null, names: readonly string[]): string | null {
  if (said === null) return null;
  const name = names.find((each) => each === said) ?? names.find((each) => plain(each) === plain(said));
  if (name !== undefined) return name;
  if (NO_CLASS.test(plain(said))) return null;
  const allowed = JSON.stringify([...names, null]);
  throw new SchemaValidationError(`/class must be equal to one of the allowed values: ${allowed}`);
}

/** The name alone, from a model that writes no JSON. */
function nameAlone(answer: Answer, names: readonly string[]): string | undefined {
  const isJson = answer.isCut || answer.values.some((value) => typeof value === "object" && value !== null);
  return isJson ? undefined : names.find((each) => plain(each) === plain(answer.text));
}
const wordsAnswer = z.object({
  class: z.string().nullable(),
  confidence: z.number(),
  scores: z.record(z.string(), z.number()),
  place: z.object({ start: z.number(), end: z.number() }).nullable(),
});

/** What the embedded engine found is known by its place; a model's quote has to be looked for. */
function voteOf(answer: Answer, input: Input, part: Part): Vote {
  const weight = part.text.length;
  const [only] = answer.values;
  const byWords = wordsAnswer.safeParse(only);
  if (byWords.success) {
    const { place, ...said } = byWords.data;
    return { ...said, place: place ? placeIn(part, place) : undefined, weight };
  }
  const names = namesOf(input);
  const alone = nameAlone(answer, names);
  const said =
    alone === undefined
      ? modelAnswer.parse(objectOfSchema(answer, readSchema, { source: part.text }))
      : { class: alone };
  const { quote } = { quote: null, ...said };
  const name = classOf(said.class, names);
  if (name === null) return { class: null, confidence: 0, place: undefined, scores: {}, weight };
  const [span] = quote ? new TokenIndex(part.text).find(quote) : [];
  const place = span && placeIn(part, span);
  const confidence = place ? CONFIDENCE.quoted : CONFIDENCE.said;
  return { class: name, confidence, place, scores: { [name]: 1 }, weight };
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

/** The class of most of the text; parts without a class count against all. */
function outcome(votes: readonly Vote[], input: Input): Output {
  const all = votes.reduce((sum, { weight }) => sum + weight, 0);
  const scored = namesOf(input).map((name) => {
    const own = votes.filter((vote) => vote.class === name);
    const score = votes.reduce((sum, vote) => sum + (vote.scores[name] ?? 0) * vote.weight, 0) / all;
    return { name, own, score };
  });
  const scores = Object.fromEntries(scored.map(({ name, score }) => [name, rounded(score)]));
  const [first, second] = scored.toSorted((a, b) => b.score - a.score);
  const unclear = { class: null, confidence: 0, evidence: [], scores };
  if (!first || first.own.length === 0 || first.score === second?.score) return unclear;
  const mean = first.own.reduce((sum, vote) => sum + vote.confidence * vote.weight, 0) / all;
  const evidence = first.own.flatMap(({ place }) => (place ? [place] : []));
  return { class: first.name, confidence: rounded(mean), evidence, scores };
}

/**
 * Tells the class of a document or text.
 * @throws InvalidInputError when there is no such document
 * @throws SchemaValidationError when the model answers with another class, also after it was asked again
 */
export async function classifyText(
  input: Input,
  documents: Pick<DocumentServices, "documents" | "files">,
  { context, options }: { readonly context: TaskContext; readonly options?: QuestionOptions | undefined },
): Promise<Output> {
  const pages = await sourcePages(input, context.tenant, documents);
  const text = pages.flatMap(({ blocks }) => blocks.map((block) => block.text)).join("\n");
  const language = languageOfText(input.language, text);
  const known = embeddedLanguages.find((code) => code === language);
  const ask = (part: Part) =>
    askQuestion(
      {
        task: {
          name: classify.name,
          input: { text: part.text, classes: input.classes, language: known ?? input.language },
        },
        prompt: promptFor(input, part, language),
        read: (answer) => voteOf(answer, input, part),
      },
      context,
      options,
    );
  const overhead = JSON.stringify(input.classes).length;
  return outcome(await askInParts({ pages, context, overhead, choose: spread, ask }), input);
}
