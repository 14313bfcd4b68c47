/**
 * A tenant's projects by creation, in the table's list index.
 *
 * @module
 */

import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { table } from "../../../contracts/resources.ts";
import type { JobStore } from "../../engine/jobs/store.ts";
import { InvalidCursorError } from "../../engine/table/cursor.ts";
import { isLive, type LiveProject, parseProject } from "./project-record.ts";

export const listPartition = (tenantId: string): string => `PROJECTS#${tenantId}`;

export interface ProjectPage {
  readonly projects: readonly LiveProject[];
  readonly nextCursor: string | null;
}

/**
 * A tenant's projects, newest first: one query and one batch read.
 * @throws InvalidCursorError
 */
export async function readProjectList(
  store: Pick<JobStore, "document" | "table" | "getItems">,
  tenantId: string,
  limit: number,
  cursor?: string,
): Promise<ProjectPage> {
  const { name, partitionKey, sortKey } = table.listIndex;
  const { Items = [] } = await store.document.send(
    new QueryCommand({
      TableName: store.table,
      IndexName: name,
      KeyConditionExpression: "#pk = :pk AND #sk < :before",
      ExpressionAttributeNames: { "#pk": partitionKey, "#sk": sortKey },
      ExpressionAttributeValues: { ":pk": listPartition(tenantId), ":before": decodeCursor(cursor) },
      ScanIndexForward: false,
      Limit: limit + 1,
    }),
  );
  const shown = Items.slice(0, limit);
  const records = await store.getItems(shown.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })));
  const last = shown.at(-1)?.[sortKey];
  return {
    projects: records.map(parseProject).filter(isLive),
    nextCursor: Items.length > limit ? Buffer.from(String(last)).toString("base64url") : null,
  };
}

function decodeCursor(cursor: string | undefined): string {
  if (cursor === undefined) return "999999999999999$";
  const sort = Buffer.from(cursor, "base64url").toString();
  if (!/^\d{15}#[\w.:@-]{1,128}$/.test(sort)) throw new InvalidCursorError("The cursor is not one that this API gave.");
  return sort;
}
