/**
 * Documents: every file is uploaded, its text extracted and its passages indexed; then a question finds one.
 *
 * @module
 */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "../../client/index.ts";
import { outcomeOf } from "./jobs.ts";
import type { DemoStep } from "./step.ts";

const folder = join(import.meta.dirname, "../documents");
const EXCERPT = 240;

export async function documentSteps(): Promise<DemoStep[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  return names
    .sort()
    .map((name) => ({ group: "process_document", title: name, run: (client) => process(client, name) }));
}

async function process(client: Client, name: string): Promise<Record<string, unknown>> {
  const bytes = new Uint8Array(await readFile(join(folder, name)));
  const { id, task_id } = await client.documents.upload(bytes, { file_name: name, index: true });
  await outcomeOf(client, { task_id }, "process_document");
  const document = await client.documents.get(id);
  const text = document.searchable_text ?? "";
  if (text.trim() === "") throw new Error("The document has no text.");
  const { content_type: type, characters, pages, ocr, language } = document;
  const excerpt = text.replace(/\s+/g, " ").trim().slice(0, EXCERPT);
  return { type, characters, pages, ocr, language, text: `${excerpt} ...` };
}

/** A question about what was uploaded, asked when its passages are indexed. */
export const searchStep = (question: string, fileName: string): DemoStep => ({
  group: "search documents",
  title: question,
  run: async (client) => {
    await untilIndexed(client);
    const [best] = (await client.documents.search({ query: question, top_k: 1 })).matches;
    if (best?.file_name !== fileName) throw new Error(`Expected ${fileName}, found ${best?.file_name ?? "nothing"}.`);
    return {
      found: best.file_name,
      score: best.score.toFixed(3),
      passage: best.text.replace(/\s+/g, " ").slice(0, EXCERPT),
    };
  },
});

/** A document's job submits the one that indexes it before it ends itself. */
async function untilIndexed(client: Client): Promise<void> {
  const { jobs } = await client.call("GET /api/v1/jobs", { query: { task_name: "index_document", limit: 100 } });
  await Promise.all(jobs.map((job) => outcomeOf(client, job, "index_document")));
}
