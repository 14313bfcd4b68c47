/**
 * Reading and creating job records. What changes a record's state is in transitions/.
 *
 * @module
 */

import { BatchGetCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { table } from "../../../contracts/resources.ts";
import { headKey, listPartition, listSort } from "../table/addresses.ts";
import { holds } from "../table/conditional-write.ts";
import { inSeconds } from "./lifetimes.ts";
import { type JobPage, type JobQuery, listJobs } from "./list-jobs.ts";
import { type PayloadStore, readPayload } from "./payloads.ts";
import { type JobRecord, parseRecord } from "./record.ts";

export type NewJob = Omit<JobRecord, "pk" | "list_sk" | "events">;

/** Records that one batch read takes. */
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
    return holds(
      this.document.send(
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
      ),
    );
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
   * A project's jobs, newest first.
   * @throws InvalidCursorError
   */
  list(query: JobQuery): Promise<JobPage> {
    return listJobs(this, query);
  }
}
