import type { z } from "zod";
import type { TaskDefinition } from "./define-task.ts";
import type { Scope } from "./keys/scopes.ts";
import { batchGenerateEmbeddings } from "./tasks/batch-generate-embeddings.ts";
import { cleanupExpiredResults, cleanupOldDocuments } from "./tasks/cleanup.ts";
import { deleteProjectEmbedding } from "./tasks/delete-project-embedding.ts";
import { generateProjectEmbedding } from "./tasks/generate-project-embedding.ts";
import { healthCheck } from "./tasks/health-check.ts";
import { indexDocument } from "./tasks/index-document.ts";
import { keywords } from "./tasks/keywords.ts";
import { getQueueStats, getWorkerStats, processDeadLetterQueue } from "./tasks/monitoring.ts";
import { normalize } from "./tasks/normalize.ts";
import { processDocument } from "./tasks/process-document.ts";
import { regenerateProjectEmbedding } from "./tasks/regenerate-project-embedding.ts";
import { reindexEmbeddings } from "./tasks/reindex-embeddings.ts";
import { summarize } from "./tasks/summarize.ts";

/** Every task there is. Adding one here is what makes it exist; see "add a task" in CONTRIBUTING.md. */
export const catalog = {
  summarize,
  keywords,
  normalize,
  process_document: processDocument,
  index_document: indexDocument,
  generate_project_embedding: generateProjectEmbedding,
  regenerate_project_embedding: regenerateProjectEmbedding,
  batch_generate_embeddings: batchGenerateEmbeddings,
  delete_project_embedding: deleteProjectEmbedding,
  reindex_embeddings: reindexEmbeddings,
  health_check: healthCheck,
  cleanup_old_documents: cleanupOldDocuments,
  cleanup_expired_results: cleanupExpiredResults,
  get_queue_stats: getQueueStats,
  get_worker_stats: getWorkerStats,
  process_dead_letter_queue: processDeadLetterQueue,
} as const satisfies { [Name in string]: TaskDefinition<Name> };

/** The type of the catalog: each task's name with its definition. */
export type Catalog = typeof catalog;
/** The name of a task in the catalog, in snake_case. */
export type TaskName = keyof Catalog;
/** The name of a queue that at least one task of the catalog uses. */
export type QueueName = Catalog[TaskName]["queue"];
/** The tasks that run on a queue. */
export type TasksOf<Queue extends QueueName> = {
  [Name in TaskName]: Catalog[Name]["queue"] extends Queue ? Name : never;
}[TaskName];
/** A task's input as its handler sees it, defaults filled in. */
export type TaskInput<Name extends TaskName> = z.output<Catalog[Name]["input"]>;
/** A task's input as a caller may send it. */
export type TaskRequest<Name extends TaskName> = z.input<Catalog[Name]["input"]>;
/** The result of a task, as callers receive it. */
export type TaskOutput<Name extends TaskName> = z.output<Catalog[Name]["output"]>;

/** Every task name, in the order of the catalog. */
export const taskNames = Object.keys(catalog) as TaskName[];

const byName = new Map<string, TaskName>();
for (const name of taskNames) {
  const definition: TaskDefinition = catalog[name];
  if (definition.name !== name) throw new Error(`The catalog lists task ${definition.name} as ${name}.`);
  for (const alias of [name, ...(definition.aliases ?? [])]) {
    if (byName.has(alias)) throw new Error(`Two tasks are called ${alias}.`);
    byName.set(alias, name);
  }
}

/**
 * The task for a name that a caller used: its own, an alias, or either behind `tasks.` as Celery spells it.
 * @returns undefined when there is no such task
 */
export function findTask(name: string): TaskName | undefined {
  return byName.get(name.startsWith("tasks.") ? name.slice("tasks.".length) : name);
}

/** The definition of a task with its types widened, for code that treats all tasks alike. */
export const definitionOf = (name: TaskName): TaskDefinition => catalog[name];

/** The scope that a key needs to submit a task, and to see its jobs. A name that no task has needs `submit`. */
export const scopeOf = (taskName: string): Scope => {
  const name = findTask(taskName);
  return (name && definitionOf(name).scope) ?? "submit";
};

/** Tasks that act on all projects: only admin keys submit them and see their jobs. */
export const adminTasks: ReadonlySet<string> = new Set(taskNames.filter((name) => scopeOf(name) === "admin"));
