import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { TaskName } from "../../contracts/catalog.ts";

/** What the demo submits: every text is summarized and gets keywords, every request is normalized. */

export interface DemoJob {
  readonly task: TaskName;
  /** The input's file. */
  readonly title: string;
  readonly input: unknown;
}

const examples = join(import.meta.dirname, "..");
const requestSchema = z.object({
  request: z.string(),
  schema: z.record(z.string(), z.json()),
  language: z.string().optional(),
});

async function read(folder: string): Promise<{ name: string; content: string }[]> {
  const names = (await readdir(join(examples, folder))).sort();
  return Promise.all(
    names.map(async (name) => ({ name, content: await readFile(join(examples, folder, name), "utf8") })),
  );
}

/** `nachtzuege.de.txt` is German. */
const languageOf = (name: string): string => /\.([a-z]{2})\.\w+$/.exec(name)?.[1] ?? "en";

export async function demoJobs(): Promise<DemoJob[]> {
  const texts = (await read("texts")).map(({ name, content }) => ({ name, text: content, language: languageOf(name) }));
  const requests = await read("requests");
  return [
    { task: "health_check", title: "the whole pipeline", input: { echo: "hello" } },
    ...texts.map(({ name, text, language }) => ({
      task: "summarize" as const,
      title: name,
      input: { text, language, max_length: 80 },
    })),
    ...texts.map(({ name, text, language }) => ({
      task: "keywords" as const,
      title: name,
      input: { text, language, max_keywords: 8 },
    })),
    ...requests.map(({ name, content }) => ({
      task: "normalize" as const,
      title: name,
      input: requestSchema.parse(JSON.parse(content)),
    })),
  ];
}
