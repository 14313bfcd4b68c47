import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { table } from "../../contracts/resources.ts";
import { type WorkKind, workPartitions } from "../jobs/addresses.ts";
import type { JobServices } from "../jobs/services.ts";

/** Counts of jobs from the sparse work index: it holds only those that run, wait for a time or have failed. */

/** Jobs of a kind: one counting query per shard, and more only beyond 1 MB of index entries. */
export async function countWork({ store }: JobServices, kind: WorkKind): Promise<number> {
  const counts = await Promise.all(
    workPartitions(kind).map(async (partition) => {
      let count = 0;
      let start: Record<string, unknown> | undefined;
      do {
        const page = await store.document.send(
          new QueryCommand({
            TableName: store.table,
            IndexName: table.workIndex.name,
            KeyConditionExpression: "#pk = :pk",
            ExpressionAttributeNames: { "#pk": table.workIndex.partitionKey },
            ExpressionAttributeValues: { ":pk": partition },
            Select: "COUNT",
            ...(start && { ExclusiveStartKey: start }),
          }),
        );
        count += page.Count ?? 0;
        start = page.LastEvaluatedKey;
      } while (start);
      return count;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

export const countRunning = (services: JobServices): Promise<number> => countWork(services, "RUN");
