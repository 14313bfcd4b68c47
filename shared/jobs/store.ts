import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { BatchGetCommand, GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { table } from "../../contracts/resources.ts";
import type { JobState } from "../../contracts/states.ts";
import { headKey, listPartition, listPartitions, listSort } from "./addresses.ts";
import { inSeconds } from "./lifetimes.ts";
import { type PayloadStore, readPayload } from "./payloads.ts";
import { type JobRecord, parseRecord } from "./record.ts";

/** Reading and creating job records. What changes a record's state is in transitions.ts. */

export type NewJob = Omit<JobRecord, "pk" | "list_sk" | "events">;

export interface JobQuery {
  readonly projectId: string;
  readonly status?: JobState | undefined;
  readonly taskName?: string | undefined;
  readonly batchId?: string | undefined;
  readonly traceId?: string | undefined;
  /** Milliseconds since the epoch, inclusive. */
  readonly createdAfter?: number | undefined;
  readonly createdBefore?: number | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface JobPage {
  readonly jobs: readonly JobRecord[];
  readonly nextCursor: string | null;
}

/** A cursor that this API did not hand out. */
export class InvalidCursorError extends Error {
  override readonly name = "InvalidCursorError";
}

/** Heads read for one page at the most: a rare filter ends with a cursor rather than with a time-out. */
const MAX_READ_PER_PAGE = 1_000;
const PAGE = 100;

export class JobStore {
  readonly payloads: PayloadStore;

  constructor(payloads: PayloadStore) {
    this.payloads = payloads;
  }

  get document() {
    return this.payloads.document;
  }

  get table(): string {
    return this.payloads.table;
  }

  /**
   * Writes a new record.
   * @returns false when a live record of that id exists
   */
  async create(job: NewJob, now: number): Promise<boolean> {
    const { task_id: taskId, ...attributes } = job;
    try {
      await this.document.send(
        new PutCommand({
          TableName: this.table,
          Item: {
            ...headKey(taskId),
            ...attributes,
            events: [{ s: job.status, t: job.created_at, n: 0 }],
            list_pk: listPartition(job.project_id, taskId),
            list_sk: listSort(job.created_at, taskId),
          },
          // TTL may lag by days: an expired record is as good as none.
          ConditionExpression: "attribute_not_exists(pk) OR #ttl < :now",
          ExpressionAttributeNames: { "#ttl": table.ttl },
          ExpressionAttributeValues: { ":now": inSeconds(now) },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** One consistent read. @returns undefined when there is no such job or it has expired */
  async get(taskId: string, now = Date.now()): Promise<JobRecord | undefined> {
    const { Item } = await this.document.send(
      new GetCommand({ TableName: this.table, Key: headKey(taskId), ConsistentRead: true }),
    );
    if (!Item) return undefined;
    const record = parseRecord(Item);
    return record.ttl < inSeconds(now) ? undefined : record;
  }

  readInput(record: JobRecord): Promise<unknown> {
    return readPayload(this.payloads, record.task_id, record.input);
  }

  /** The job's result, or null while there is none. */
  async readResult(record: JobRecord): Promise<unknown> {
    return record.result ? readPayload(this.payloads, record.task_id, record.result) : null;
  }

  /** Heads by id, in the order asked for; missing and expired ones are left out. */
  async getMany(taskIds: readonly string[], now = Date.now()): Promise<JobRecord[]> {
    const records = (await this.getItems(taskIds.map(headKey))).map(parseRecord);
    return records.filter((record) => record.ttl >= inSeconds(now));
  }

  /** Items of any kind by key, in the order asked for; missing ones are left out. */
  async getItems(wanted: readonly { readonly pk: string; readonly sk: string }[]): Promise<Record<string, unknown>[]> {
    const found = new Map<string, Record<string, unknown>>();
    for (let start = 0; start < wanted.length; start += PAGE) {
      let keys: Record<string, unknown>[] = wanted.slice(start, start + PAGE);
      while (keys.length > 0) {
        const { Responses, UnprocessedKeys } = await this.document.send(
          new BatchGetCommand({ RequestItems: { [this.table]: { Keys: keys } } }),
        );
        for (const item of Responses?.[this.table] ?? []) found.set(`${item.pk} ${item.sk}`, item);
        keys = UnprocessedKeys?.[this.table]?.Keys ?? [];
      }
    }
    return wanted.map(({ pk, sk }) => found.get(`${pk} ${sk}`)).filter((item) => item !== undefined);
  }

  /**
   * A project's jobs, newest first: one query per shard of the list index and one batch read of heads per page.
   * @throws InvalidCursorError
   */
  async list(query: JobQuery): Promise<JobPage> {
    const jobs: JobRecord[] = [];
    let before = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
    for (let read = 0; read < MAX_READ_PER_PAGE; read += PAGE) {
      const page = await this.#newest(query, before, Math.min(PAGE, Math.max(query.limit + 1, 25)));
      const heads = await this.getMany(page.keys.map((key) => key.taskId));
      const byId = new Map(heads.map((head) => [head.task_id, head]));
      for (const { taskId, sort } of page.keys) {
        const head = byId.get(taskId);
        if (head && matches(head, query)) {
          if (jobs.length === query.limit)
            return { jobs, nextCursor: before === undefined ? null : encodeCursor(before) };
          jobs.push(head);
        }
        before = sort;
      }
      if (page.last) return { jobs, nextCursor: null };
    }
    return { jobs, nextCursor: before === undefined ? null : encodeCursor(before) };
  }

  async #newest(query: JobQuery, before: string | undefined, limit: number) {
    const from = listSort(query.createdAfter ?? 0, "");
    // "$" sorts after "#": every id of that millisecond is included.
    const until = before ?? `${listSort(query.createdBefore ?? 999_999_999_999_999, "").slice(0, -1)}$`;
    const { name: index, partitionKey, sortKey } = table.listIndex;
    const pages = await Promise.all(
      listPartitions(query.projectId).map((partition) =>
        this.document.send(
          new QueryCommand({
            TableName: this.table,
            IndexName: index,
            KeyConditionExpression: "#pk = :pk AND #sk BETWEEN :from AND :until",
            ExpressionAttributeNames: { "#pk": partitionKey, "#sk": sortKey },
            ExpressionAttributeValues: { ":pk": partition, ":from": from, ":until": until },
            ScanIndexForward: false,
            // BETWEEN includes the cursor itself.
            Limit: limit + 1,
          }),
        ),
      ),
    );
    const keys = pages
      .flatMap((page) => page.Items ?? [])
      .map((item) => ({ taskId: String(item.pk).slice("J#".length), sort: String(item[sortKey]) }))
      .filter((key) => key.sort !== before)
      .sort((a, b) => (a.sort < b.sort ? 1 : -1));
    // A shard that has more holds the older keys back: nothing older than its last key may be returned yet.
    const complete = pages.every((page) => page.LastEvaluatedKey === undefined);
    return { keys: keys.slice(0, limit), last: complete && keys.length <= limit };
  }
}

function matches(record: JobRecord, query: JobQuery): boolean {
  return (
    (query.status === undefined || record.status === query.status) &&
    (query.taskName === undefined || record.task_name === query.taskName) &&
    (query.batchId === undefined || record.batch_id === query.batchId) &&
    (query.traceId === undefined || record.trace_id === query.traceId)
  );
}

/** A place in a list, as a caller gets it. */
export const encodeCursor = (sort: string) => Buffer.from(sort).toString("base64url");

/** @throws InvalidCursorError when this API did not give it */
export function decodeCursor(cursor: string): string {
  const sort = Buffer.from(cursor, "base64url").toString();
  if (!/^\d{15}#[\w-]{1,64}$/.test(sort)) throw new InvalidCursorError("The cursor is not one that this API gave.");
  return sort;
}
