/**
 * Tasks on texts: every text is summarized and gets keywords, every request is normalized.
 *
 * @module
 */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Client } from "../../client/index.ts";
import { catalog, type TaskName, type TaskRequest } from "../../contracts/catalog.ts";
import type { DemoStep } from "./step.ts";
import { waitWhileMoving } from "./wait.ts";

const examples = join(import.meta.dirname, "..");
const requestSchema = z.object({
  request: z.string(),
  schema: z.record(z.string(), z.json()),
  language: z.string().optional(),
});
const resultSchema = z.record(z.string(), z.unknown());

async function read(folder: string): Promise<{ name: string; content: string }[]> {
  const names = (await readdir(join(examples, folder))).sort();
  return Promise.all(
    names.map(async (name) => ({ name, content: await readFile(join(examples, folder, name), "utf8") })),
  );
}

const invoice =
  "Rechnung\n\nRechnungsnummer: RE-2026-0418\nRechnungsdatum: 12. März 2026\n\nGesamtbetrag: 1.469,13 EUR";

export async function taskSteps(): Promise<DemoStep[]> {
  const texts = (await read("texts")).map(({ name, content }) => ({ name, text: content }));
  return [
    taskStep("health_check", "the whole pipeline", { echo: "hello" }),
    ...texts.map(({ name, text }) => taskStep("summarize", name, { text, max_length: 80 })),
    ...texts.map(({ name, text }) => taskStep("keywords", name, { text, max_keywords: 8 })),
    ...texts.map(({ name, text }) => taskStep("evaluate_content", name, { content: text })),
    ...(await inputSteps("validation")),
    ...(await inputSteps("evaluation")),
    ...(await inputSteps("escalation")),
    taskStep("extract", "an invoice's fields", {
      text: invoice,
      schema: {
        type: "object",
        properties: {
          rechnungsnummer: { type: "string" },
          rechnungsdatum: { type: "string", format: "date" },
          gesamtbetrag: { type: "number" },
        },
      },
    }),
    taskStep("classify", "what kind of letter", { text: invoice, classes: ["letter", "invoice", "contract"] }),
    ...(await read("requests")).map(({ name, content }) =>
      taskStep("normalize", name, requestSchema.parse(JSON.parse(content))),
    ),
  ];
}

/** Examples that are inputs of tasks: `<task>.<language>.json`. */
async function inputSteps(folder: string): Promise<DemoStep[]> {
  return (await read(folder)).map(({ name, content }) => {
    const task = catalog.findTask(name.split(".")[0] ?? "");
    if (!task) throw new Error(`examples/${folder}/${name} is not called like a task.`);
    return taskStep(task.name as TaskName, name, JSON.parse(content));
  });
}

/** Submits a task, waits for it, and checks that its result fits the task. */
export function taskStep<Name extends TaskName>(task: Name, title: string, input: TaskRequest<Name>): DemoStep {
  return {
    group: task,
    title,
    run: async (client) => outcomeOf(client, await client.submit(task, input), task),
  };
}

/** @throws Error unless the job ends in SUCCESS with a result that fits its task */
export async function outcomeOf(
  client: Client,
  job: { readonly task_id: string },
  task: TaskName,
): Promise<Record<string, unknown>> {
  const done = await waitWhileMoving(client, job.task_id);
  if (done.status !== "SUCCESS") throw new Error(`${done.status}: ${done.error?.type} ${done.error?.message}`);
  return resultSchema.parse(catalog.tasks[task].output.parse(done.result));
}
