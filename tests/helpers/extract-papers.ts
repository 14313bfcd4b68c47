/**
 * Reads papers as files, has data made of them, and counts the values.
 *
 * @module
 */

import { gzipSync } from "node:zlib";
import type { DocumentServices } from "../../shared/capabilities/documents/services.ts";
import { extractData } from "../../shared/capabilities/extraction/extract-data.ts";
import type { QuestionOptions } from "../../shared/capabilities/llm/question.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";
import type { Paper } from "../fixtures/extraction/papers.ts";
import { extract } from "./document-builders.ts";
import { fileOf } from "./make-paper.ts";
import { scoreValues } from "./normalize-score.ts";

/** Data, and the quote of each value. */
interface Answer {
  readonly data: unknown;
  readonly evidence: readonly { readonly path: string; readonly quote: string }[];
}

/** Values of papers by what became of them. */
export interface PaperScore {
  right: number;
  /** Another value of the paper than the expected one, or a value of the paper where none is expected. */
  wrong: number;
  /** Expected and not there. */
  missing: number;
  /** Given without a place, or with a quote that the paper's text does not have. */
  invented: number;
}

function* leavesOf(value: unknown, path = ""): Generator<string> {
  if (value === null || value === undefined) return;
  if (typeof value !== "object") yield path;
  else for (const [name, child] of Object.entries(value)) yield* leavesOf(child, `${path}/${name}`);
}

const folded = (text: string): string => text.replace(/\s+/g, " ");

/** Has data made of one paper, which is read as the service reads documents. */
export async function scorePaper(paper: Paper, run: { context: TaskContext; options?: QuestionOptions }) {
  const file = await fileOf(paper);
  const { structure, text } = await extract(file.bytes, { fileName: file.name });
  const blocks_gzip = gzipSync(JSON.stringify(structure));
  const document = { id: "paper", project_id: run.context.tenant, status: "completed", blocks_gzip };
  const documents = { documents: { get: async () => document }, files: {} } as unknown as DocumentServices;
  const input = { document_id: "paper", schema: paper.schema as never, language: paper.language };
  return scoreAnswer(paper, await extractData(input, documents, run), text);
}

/**
 * Counts the values of an answer.
 * @param text the paper's, as it was read
 */
export function scoreAnswer(paper: Paper, { data, evidence }: Answer, text: string) {
  const { score, faults } = scoreValues(data, paper.wanted);
  const stated = new Set(evidence.filter(({ quote }) => folded(text).includes(folded(quote))).map(({ path }) => path));
  const invented = [...leavesOf(data)].filter((path) => !stated.has(path)).length;
  const result: PaperScore = { ...score, wrong: score.wrong + score.invented, invented };
  return { score: result, faults };
}

/** All papers together. */
export function sumOf(scores: readonly PaperScore[]): PaperScore {
  const sum = { right: 0, wrong: 0, missing: 0, invented: 0 };
  for (const score of scores) for (const kind of Object.keys(sum) as (keyof PaperScore)[]) sum[kind] += score[kind];
  return sum;
}
