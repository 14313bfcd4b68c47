/**
 * A tenant's projects by creation, in the table's list index.
 *
 * @module
 */

import { table as names } from "../../../contracts/resources.ts";
import { decodeCursor, encodeCursor } from "../../engine/table/cursor.ts";
import type { Table } from "../../engine/table/table.ts";
import { isLive, type LiveProject, parseProject } from "./project-record.ts";

/** The partition of a tenant's projects in the list index. */
export const listPartition = (tenant: string): string => `PROJECTS#${tenant}`;

/** One page of projects. */
export interface ProjectPage {
  readonly projects: readonly LiveProject[];
  readonly nextCursor: string | null;
}

/** As an entry is sorted: by creation, then by the project's id. */
const POSITION = /^\d{15}#[\w.:@-]{1,128}$/;

/**
 * A tenant's projects, newest first: one query and one batch read.
 * @throws InvalidCursorError
 */
export async function readProjectList(
  table: Table,
  tenant: string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<ProjectPage> {
  const index = names.listIndex;
  const found = await table.page({
    index,
    partition: listPartition(tenant),
    before: cursor === undefined ? undefined : decodeCursor(cursor, POSITION),
    newestFirst: true,
    pageSize: limit + 1,
  });
  const shown = found.slice(0, limit);
  const records = await table.getMany(shown.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })));
  const last = shown.at(-1)?.[index.sortKey];
  return {
    projects: records.map(parseProject).filter(isLive),
    nextCursor: found.length > limit ? encodeCursor(String(last)) : null,
  };
}
