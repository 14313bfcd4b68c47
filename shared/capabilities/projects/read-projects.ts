/**
 * Projects as callers see them: got, listed, searched.
 *
 * @module
 */

import type { Project, ProjectMatches, ProjectSearch } from "../../../contracts/projects/projects.ts";
import { UNFILTERABLE_KEY } from "../../../contracts/projects/vector-search.ts";
import { iso } from "../../lib/time.ts";
import { type CollectionServices, searchItems } from "../vectors/collections.ts";
import { noticeOf } from "../vectors/notice.ts";
import type { CollectionPointer } from "../vectors/pointers.ts";
import { readProjectList } from "./project-list.ts";
import { isLive, type LiveProject, type ProjectKey } from "./project-record.ts";
import { PROJECTS, type ProjectServices } from "./services.ts";

/** Every field present, null when empty. What made the vectors is the collection's to say: it may have been moved. */
function present(record: LiveProject, pointer: CollectionPointer | undefined): Project {
  const index = record.embedded_at === undefined ? undefined : pointer?.active;
  return {
    id: record.id,
    name: record.name ?? null,
    description: record.description,
    metadata: record.metadata,
    status: record.status,
    error: record.error ?? null,
    task_id: record.task_id,
    model: index?.model ?? null,
    dimensions: index?.dimensions ?? null,
    created_at: iso(record.created_at),
    updated_at: iso(record.updated_at),
    embedded_at: record.embedded_at === undefined ? null : iso(record.embedded_at),
  };
}

/** @returns undefined when there is no such project */
export async function getProject(
  { projects, pointers }: ProjectServices,
  key: ProjectKey,
): Promise<Project | undefined> {
  const [record, pointer] = await Promise.all([projects.get(key), pointers.get(PROJECTS)]);
  return isLive(record) ? present(record, pointer) : undefined;
}

/** @throws InvalidCursorError */
export async function listProjects(
  { jobs, pointers }: ProjectServices,
  tenant: string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ projects: Project[]; next_cursor: string | null }> {
  const [page, pointer] = await Promise.all([
    readProjectList(jobs.store.table, tenant, { limit, cursor }),
    pointers.get(PROJECTS),
  ]);
  return { projects: page.projects.map((record) => present(record, pointer)), next_cursor: page.nextCursor };
}

/**
 * The tenant's projects nearest to a query, best first.
 * @throws TaskError of the embedding server or the vector store
 */
export async function searchProjects(
  collections: CollectionServices,
  { tenant, query, top_k, filter }: ProjectSearch & { readonly tenant: string },
  signal: AbortSignal,
): Promise<ProjectMatches> {
  const wanted = { tenant, text: query, topK: top_k, filter };
  const { matches, backend } = await searchItems(collections, PROJECTS, { ...wanted, signal });
  return {
    matches: matches.map(({ id, score, metadata: { [UNFILTERABLE_KEY]: _, ...metadata } }) => ({
      project_id: id,
      score,
      metadata,
    })),
    ...noticeOf(backend),
  };
}
