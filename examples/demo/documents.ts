import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { acceptedDocumentSchema, documentSchema, passageMatchesSchema } from "../../contracts/documents.ts";
import { outcomeOf } from "./jobs.ts";
import type { DemoStep, DemoTarget } from "./step.ts";

/** Documents: every file is uploaded, its text extracted and its passages indexed; then a question finds one. */

const folder = join(import.meta.dirname, "../documents");
const EXCERPT = 240;

export async function documentSteps(): Promise<DemoStep[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  return names
    .sort()
    .map((name) => ({ group: "process_document", title: name, run: (target) => process(target, name) }));
}

async function process(target: DemoTarget, name: string): Promise<Record<string, unknown>> {
  const query = new URLSearchParams({ file_name: name, index: "true" });
  const uploaded = await request(target, "POST", `/documents/upload?${query}`, await readFile(join(folder, name)));
  const { id, task_id } = acceptedDocumentSchema.parse(uploaded);
  await outcomeOf(target.client, { task_id }, "process_document");
  const document = documentSchema.parse(await request(target, "GET", `/documents/${id}`));
  const text = document.searchable_text ?? "";
  if (text.trim() === "") throw new Error("The document has no text.");
  const { content_type: type, characters, pages, ocr, language } = document;
  const excerpt = text.replace(/\s+/g, " ").trim().slice(0, EXCERPT);
  return { type, characters, pages, ocr, language, text: `${excerpt} ...` };
}

/** A question about what was uploaded; asked again until the passages are indexed. */
export const searchStep = (question: string, fileName: string): DemoStep => ({
  group: "search documents",
  title: question,
  run: async (target) => {
    const deadline = performance.now() + 60_000;
    for (;;) {
      const body = JSON.stringify({ query: question, top_k: 1 });
      const found = passageMatchesSchema.parse(await request(target, "POST", "/documents/search", body));
      const [best] = found.matches;
      if (best?.file_name === fileName) {
        return {
          found: best.file_name,
          score: best.score.toFixed(3),
          passage: best.text.replace(/\s+/g, " ").slice(0, EXCERPT),
        };
      }
      if (performance.now() > deadline) throw new Error(`Expected ${fileName}, found ${best?.file_name ?? "nothing"}.`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  },
});

async function request(target: DemoTarget, method: string, path: string, body?: Buffer | string): Promise<unknown> {
  const response = await fetch(`${target.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${target.apiKey}`,
      ...(typeof body === "string" ? { "content-type": "application/json" } : {}),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : new Blob([new Uint8Array(body)]) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
