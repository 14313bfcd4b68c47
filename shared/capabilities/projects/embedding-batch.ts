/**
 * Many projects in one job: groups of 10, each embedded with one call, several groups at once.
 *
 * @module
 */

import { z } from "zod";
import type { InputOf, OutputOf } from "../../../contracts/define-task.ts";
import { InvalidInputError } from "../../../contracts/errors.ts";
import {
  descriptionSchema,
  projectEntityIdSchema,
  projectMetadataSchema,
} from "../../../contracts/projects/projects.ts";
import {
  type batchGenerateEmbeddings,
  EMBEDDING_GROUP_SIZE,
} from "../../../contracts/tasks/batch-generate-embeddings.ts";
import { classifyError } from "../../engine/jobs/job-error.ts";
import type { TaskContext } from "../../engine/worker/context.ts";
import { chunksOf } from "../vectors/batches.ts";
import { embedProjects, isRetryable } from "./embed-projects.ts";
import { changeOf, warnOfMismatch } from "./embedding-job.ts";
import type { ProjectServices } from "./services.ts";

/** Groups at once: an embedding server works best with a few requests to choose from. */
const GROUPS_AT_ONCE = 4;

const soundItem = z.strictObject({
  project_id: projectEntityIdSchema,
  description: descriptionSchema,
  metadata: projectMetadataSchema,
});

interface Item extends z.output<typeof soundItem> {
  readonly position: number;
}

/**
 * Embeds every item and says for each how it went.
 * @throws TaskError when another attempt may do better; what is done by then is not done again
 */
export async function runEmbeddingBatch(
  services: ProjectServices,
  { items }: InputOf<typeof batchGenerateEmbeddings>,
  context: TaskContext,
): Promise<OutputOf<typeof batchGenerateEmbeddings>> {
  const started = performance.now();
  await warnOfMismatch(services, context);
  const errors = new Map<number, unknown>();
  const sound = items.flatMap((item, position): Item[] => {
    const parsed = soundItem.safeParse(item);
    if (parsed.success) return [{ ...parsed.data, position }];
    errors.set(position, new InvalidInputError(describe(parsed.error)));
    return [];
  });
  const groups = chunksOf(sound, EMBEDDING_GROUP_SIZE);
  const change = await changeOf(services, context);
  let done = errors.size;

  async function embed(group: readonly Item[]): Promise<void> {
    const tenant = context.tenant;
    await Promise.all(
      group.map(({ project_id: id, position, description, metadata }) =>
        services.projects.adopt({ tenant, id }, { description, metadata }, change(position)),
      ),
    );
    const ids = group.map((item) => item.project_id);
    for (const failure of await embedProjects(services, ids, context)) {
      if (isRetryable(failure)) throw failure.error;
      const { type, message, retryable } = classifyError(failure.error);
      await services.projects.fail({ tenant, id: failure.id }, context.taskId, { type, message, retryable });
      for (const item of group) if (item.project_id === failure.id) errors.set(item.position, failure.error);
    }
    done += group.length;
    context.progress(done, items.length, "projects");
  }

  for (const groupsNow of chunksOf(groups, GROUPS_AT_ONCE)) {
    const outcomes = await Promise.allSettled(groupsNow.map(embed));
    const broken = outcomes.find((outcome) => outcome.status === "rejected");
    if (broken) throw broken.reason;
  }

  const failed = errors.size;
  return {
    status: failed === 0 ? "success" : failed === items.length ? "failed" : "partial",
    total: items.length,
    succeeded: items.length - failed,
    failed,
    groups: groups.length,
    results: items.map(({ project_id }, position) => {
      if (!errors.has(position)) return { project_id, status: "success", error: null };
      const { type, message, retryable } = classifyError(errors.get(position));
      return { project_id, status: "failed", error: { type, message, retryable } };
    }),
    duration_ms: Math.round(performance.now() - started),
  };
}

function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  return `/${issue?.path.join("/") ?? ""} ${issue?.message ?? "does not fit"}`;
}
