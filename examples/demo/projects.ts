/**
 * Projects: every description is embedded; then questions in both languages find them.
 *
 * @module
 */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "../../client/index.ts";
import type { BodyAt } from "../../client/route-types.ts";
import { createProjectSchema } from "../../contracts/projects/projects.ts";
import { outcomeOf } from "./jobs.ts";
import type { DemoStep } from "./step.ts";

const folder = join(import.meta.dirname, "../projects");
const SHOWN = 3;

export async function projectSteps(): Promise<DemoStep[]> {
  const names = (await readdir(folder)).sort();
  return names.map((name) => ({ group: "embed projects", title: name, run: (client) => embed(client, name) }));
}

async function embed(client: Client, name: string): Promise<Record<string, unknown>> {
  const body = createProjectSchema.parse(JSON.parse(await readFile(join(folder, name), "utf8")));
  const { id, task_id } = await client.projects.create(body);
  await outcomeOf(client, { task_id }, "generate_project_embedding");
  const project = await client.projects.get(id);
  const { model, dimensions } = project;
  return { name: project.name, vector: `${dimensions} numbers by ${model}` };
}

/** A search whose best match must be the project of that name. */
const search = (asked: BodyAt<"POST /api/v1/projects/search">, expected: string): DemoStep => ({
  group: "search projects",
  title: asked.query,
  run: async (client) => {
    const { matches } = await client.projects.search({ top_k: SHOWN, ...asked });
    const found = await Promise.all(
      matches.map(async ({ project_id, score }) => {
        const { name } = await client.projects.get(project_id);
        return { name, score };
      }),
    );
    if (found[0]?.name !== expected) throw new Error(`Expected ${expected}, found ${found[0]?.name ?? "nothing"}.`);
    return Object.fromEntries(
      found.map(({ name, score }, index) => [`${index + 1}.`, `${name} (${score.toFixed(3)})`]),
    );
  },
});

export const projectSearches: readonly DemoStep[] = [
  search({ query: "Which project saves drinking water for plants?" }, "Rain for the tree nursery"),
  search(
    { query: "Wer hilft beim Reparieren von Fahrrädern?", filter: { language: "de", year: { gte: 2024 } } },
    "Reparaturcafé mit Leihwerkstatt",
  ),
];
