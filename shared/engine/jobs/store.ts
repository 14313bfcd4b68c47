/**
 * Reading and creating job records. What changes a record's state is in transitions/.
 *
 * @module
 */

import { table as names } from "../../../contracts/resources.ts";
import { inSeconds } from "../../lib/time.ts";
import { headKey, listPartition, listSort } from "../table/addresses.ts";
import type { Table } from "../table/table.ts";
import { type JobPage, type JobQuery, listJobs } from "./list-jobs.ts";
import { type PayloadStore, readPayload } from "./payloads.ts";
import { type JobRecord, parseRecord } from "./record.ts";

/** What a new record is made of. */
export type NewJob = Omit<JobRecord, "pk" | "list_sk" | "events">;

/** Reads and creates job records. */
export class JobStore {
  readonly payloads: PayloadStore;

  constructor(payloads: PayloadStore) {
    this.payloads = payloads;
  }

  get table(): Table {
    return this.payloads.table;
  }

  /**
   * Writes a new record.
   * @returns false when a live record of that id exists
   */
  async create(job: NewJob, now: number): Promise<boolean> {
    const { task_id: taskId, ...attributes } = job;
    const item = {
      ...headKey(taskId),
      ...attributes,
      events: [{ s: job.status, t: job.created_at, n: 0 }],
      list_pk: listPartition(job.project_id, taskId),
      list_sk: listSort(job.created_at, taskId),
    };
    // TTL may lag by days: an expired record is as good as none.
    const condition = `attribute_not_exists(#pk) OR #${names.ttl} < :now`;
    return this.table.putIf(item, { condition, values: { ":now": inSeconds(now) } });
  }

  /** One consistent read. @returns undefined when there is no such job or it has expired */
  async get(taskId: string, now = Date.now()): Promise<JobRecord | undefined> {
    const item = await this.table.get(headKey(taskId));
    if (!item) return undefined;
    const record = parseRecord(item);
    return record.ttl < inSeconds(now) ? undefined : record;
  }

  readInput(record: JobRecord): Promise<unknown> {
    return readPayload(this.payloads, record.task_id, record.input);
  }

  /** The job's result, or null while there is none. */
  async readResult(record: JobRecord): Promise<unknown> {
    return record.result ? readPayload(this.payloads, record.task_id, record.result) : null;
  }

  /** Heads by id, each once, in the order asked for; missing and expired ones are left out. */
  async getMany(taskIds: readonly string[], now = Date.now()): Promise<JobRecord[]> {
    const records = (await this.table.getMany(taskIds.map(headKey))).map(parseRecord);
    return records.filter((record) => record.ttl >= inSeconds(now));
  }

  /**
   * A project's jobs, newest first.
   * @throws InvalidCursorError
   */
  list(query: JobQuery): Promise<JobPage> {
    return listJobs(this, query);
  }
}
