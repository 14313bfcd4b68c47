/**
 * Makes data of a document: asks for it part by part, and keeps what is there.
 *
 * @module
 */

import type { z } from "zod";
import { TaskError, UnsupportedValuesError } from "../../../contracts/errors.ts";
import type { extract } from "../../../contracts/tasks/extraction.ts";
import { AUTO_LANGUAGE } from "../../../contracts/tasks/language.ts";
import { normalize } from "../../../contracts/tasks/normalize.ts";
import type { TaskContext } from "../../engine/worker/context.ts";
import type { DocumentServices } from "../documents/services.ts";
import type { KnownZone } from "../json-schema/fit-value.ts";
import { embeddedLanguages } from "../llm/embedded/languages.ts";
import { languageName } from "../llm/language-name.ts";
import { settingsOfRun } from "../llm/long-text.ts";
import { asMaterial, MATERIAL_RULE } from "../llm/material.ts";
import { processLlmSettings } from "../llm/process-model.ts";
import { askQuestion, type Prompt, type QuestionOptions } from "../llm/question.ts";
import { objectOfSchema } from "../llm/reading/object-of-schema.ts";
import { languageOfText } from "../llm/text-language.ts";
import { askInParts } from "./ask-in-parts.ts";
import { type Checked, checkAnswer, type Unsupported } from "./check-answer.ts";
import { completed, type Extracted } from "./complete.ts";
import { readPart } from "./part-reading.ts";
import { markdownOfPart, type Part } from "./parts.ts";
import { type ExtractionSchemas, extractionSchemas } from "./schemas.ts";
import { sourcePages } from "./source.ts";
import { tableItems } from "./table-items.ts";
import { type Branch, corrected, merged } from "./tree.ts";
import { type Notation, notationOf } from "./values/notation.ts";

type Input = z.output<typeof extract.input>;

/** What the parts of one document have in common. */
interface Work extends ExtractionSchemas {
  readonly input: Input;
  readonly notation: Notation;
  /** ISO 639-1, or `und`. */
  readonly language: string;
  readonly zone: KnownZone;
}

/** Values that are named in a complaint, and characters of each. */
const MAX_NAMED = 30;
const MAX_CHARACTERS = 100;

const inWords = ({ path, value }: Unsupported): string =>
  `${path}: ${(JSON.stringify(value) ?? "").slice(0, MAX_CHARACTERS)}`;

/** What an answer states that its document does not. */
class NotStated extends UnsupportedValuesError {
  readonly checked: Checked;

  constructor(checked: Checked) {
    const named = checked.unsupported.slice(0, MAX_NAMED).map(inWords);
    super(
      `These values do not stand in the document: ${named.join("; ")}. ` +
        "Give each as the document states it, or null where it does not state it.",
    );
    this.checked = checked;
  }
}

function promptFor({ input, asked, notation, language, zone }: Work, part: Part): Prompt {
  const numbers = notation.numbers === "de" ? "1.234,56 is 1234.56" : "1,234.56 is 1234.56";
  const ofCaller = input.instructions === undefined ? "" : `\n\nOf these documents: ${input.instructions}`;
  const tongue = input.language === AUTO_LANGUAGE ? "" : ` The document is in ${languageName(language)}.`;
  return {
    system:
      "You read a document and answer with one JSON object that fits the JSON Schema you are given. Take each value from the " +
      "document and copy texts word for word. Answer null for what the document does not state: never guess, compute or " +
      `translate. Dates are ISO 8601 (YYYY-MM-DD); times are in the time zone ${zone.name} unless the document names another. Numbers are JSON numbers: ${numbers}.${tongue} ${MATERIAL_RULE}${ofCaller}`,
    prompt:
      `JSON Schema:\n${JSON.stringify(asked)}\n\n${asMaterial("document", markdownOfPart(part))}\n\n` +
      "Now answer with the JSON object: what the document above states, by the JSON Schema.",
    schema: asked,
  };
}

/** The rules of the embedded engine are those of the task `normalize`. */
function taskFor({ input, language }: Work, text: string) {
  const known = embeddedLanguages.find((code) => code === language);
  // A part that was one table is a request without a word.
  const request = text.trim() === "" ? "-" : text;
  return { name: normalize.name, input: { request, schema: input.schema, language: known ?? input.language } };
}

/** Asks about one part; what is not there is asked for again, and then left out. */
async function readOne(work: Work, part: Part, { context, options }: Run): Promise<Branch> {
  const reading = readPart(part, work.notation, work.language);
  const isEmbedded = settingsOfRun(context).LLM_BACKEND === "embedded";
  const tables = isEmbedded ? tableItems(part, work.schema.schema, { reading, notation: work.notation }) : undefined;
  let first: Checked | undefined;
  const question = {
    task: taskFor(work, tables?.text ?? part.text),
    prompt: promptFor(work, part),
    read(answer: Parameters<typeof objectOfSchema>[0]): Branch {
      let checked: Checked;
      try {
        const object = {
          ...objectOfSchema(answer, work.answer, { source: part.text, zone: work.zone }),
          ...Object.fromEntries(tables?.lists ?? []),
        };
        checked = checkAnswer(object, work.schema.schema, reading);
      } catch (error) {
        // What the first answer got right is not lost with the second.
        if (error instanceof TaskError && first) return first.found;
        throw error;
      }
      if (first) return corrected(first.found, checked.found) as Branch;
      if (checked.unsupported.length === 0) return checked.found;
      first = checked;
      throw new NotStated(checked);
    },
  };
  try {
    return await askQuestion(question, context, options);
  } catch (error) {
    // Nobody is asked again where LLM_REPAIR is off, and the embedded engine would answer the same.
    if (!(error instanceof NotStated)) throw error;
    context.log.info("Values that do not stand in the document were left out.", {
      paths: error.checked.unsupported.slice(0, MAX_NAMED).map(({ path }) => path),
    });
    return error.checked.found;
  }
}

interface Run {
  readonly context: TaskContext;
  /** Whom the questions are put to; tests bring their own. */
  readonly options?: QuestionOptions | undefined;
}

/** Characters whose language and notation stand for the whole document's. */
const SAMPLE = 100_000;

/**
 * Fills a schema with what is in a document or text.
 * @throws InvalidInputError when there is no such document
 * @throws ValuesMissingError when it does not state what the schema requires
 * @throws TextTooLongError
 */
export async function extractData(
  input: Input,
  documents: Pick<DocumentServices, "documents" | "files">,
  run: Run,
): Promise<Extracted> {
  const { context } = run;
  // A hostile or broken schema is refused before a token is spent on it.
  const schemas = extractionSchemas(input.schema);
  const pages = await sourcePages(input, context.tenant, documents);
  const text = pages
    .flatMap(({ blocks }) => blocks.map((block) => block.text))
    .join("\n")
    .slice(0, SAMPLE);
  const language = languageOfText(input.language, text);
  const assumed = new Set<string>();
  const { LLM_TIME_ZONE: name } = processLlmSettings();
  const zone: KnownZone = { name, used: () => void assumed.add(name) };
  const work: Work = { input, ...schemas, language, zone, notation: notationOf(text, language) };
  const overhead = JSON.stringify(work.asked).length + (input.instructions?.length ?? 0);
  const found = await askInParts({ pages, context, overhead, ask: (part) => readOne(work, part, run) });
  const empty: Branch = { kind: "object", children: new Map() };
  const extracted = completed(
    found.reduce((all, each) => merged(all, each) as Branch, empty),
    schemas.schema,
  );
  return { ...extracted, ...(assumed.size > 0 && { assumed_time_zone: name }) };
}
