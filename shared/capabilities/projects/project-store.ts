/**
 * Project records in the table. Every change is one conditional update; false or undefined: it did not hold.
 *
 * @module
 */

import type { JobError } from "../../../contracts/jobs/wire.ts";
import { table } from "../../../contracts/resources.ts";
import { listSort } from "../../engine/table/addresses.ts";
import type { Condition, Change as ItemChange } from "../../engine/table/expressions.ts";
import { isNew, type Table } from "../../engine/table/table.ts";
import { DAY, inSeconds } from "../../lib/time.ts";
import { listPartition } from "./project-list.ts";
import {
  type LiveProject,
  type ProjectKey,
  type ProjectRecord,
  parseProject,
  projectAddress,
} from "./project-record.ts";

/** What a change sets. */
export interface ProjectContent {
  readonly name?: string | undefined;
  readonly description: string;
  readonly metadata: LiveProject["metadata"];
}

/** Who changes a project, and when: changes are ordered by this. */
export interface Change {
  readonly revision: string;
  readonly taskId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Orders the changes of one moment. */
  readonly tieBreaker: string;
}

/** Longer than any job can wait: delayed by a month at most, then kept by its queue for days. */
const TOMBSTONE_SECONDS = 40 * DAY;

const changedBy = ({ at, tieBreaker }: Change) => listSort(at, tieBreaker);

/** Reads and changes projects' items. */
export class ProjectStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** One consistent read. */
  async get(key: ProjectKey): Promise<ProjectRecord | undefined> {
    const item = await this.#table.get(projectAddress(key));
    return item && parseProject(item);
  }

  /** One consistent read for up to 100 projects of a tenant; missing ones are left out. */
  async getMany(tenant: string, ids: readonly string[]): Promise<ProjectRecord[]> {
    const keys = ids.map((id) => projectAddress({ tenant, id }));
    return (await this.#table.getMany(keys, { consistent: true })).map(parseProject);
  }

  /** @returns false when there is, or lately was, a project of that id */
  create(key: ProjectKey, content: ProjectContent, change: Change & { readonly requestHash?: string | undefined }) {
    const { requestHash: request_hash, ...by } = change;
    const item = { ...projectAddress(key), ...pending(content, by), ...listed(key, by), request_hash };
    return this.#table.putIf(item, isNew);
  }

  /** Changes a project that is still as it was seen. The vector that there is stays known. */
  change(seen: LiveProject, content: ProjectContent, change: Change): Promise<boolean> {
    const later = { ...pending(content, change), changed_by: laterOf(changedBy(change), seen.changed_by) };
    const remove = ["error", ...(content.name === undefined ? ["name"] : [])];
    return this.#update(seen, { set: later, remove }, isStill(seen));
  }

  /**
   * Makes or changes a project as a job says that was submitted by itself, unless there has been a later change; the
   * order is that of submission. The vector counts as unknown, so that it is made again.
   */
  adopt(key: ProjectKey, content: ProjectContent, change: Change): Promise<boolean> {
    const { created_at, list_pk, list_sk } = listed(key, change);
    return this.#update(
      key,
      {
        set: { ...pending(content, change), list_pk },
        setOnce: { created_at, list_sk },
        remove: ["error", "embedded_text", "request_hash", "removed", table.ttl],
      },
      isEarlierThan(change),
    );
  }

  /** Deletes a project that is still as it was seen; its vector is the job's to remove. */
  remove(seen: LiveProject, change: Change): Promise<boolean> {
    const item = this.#tombstone(seen, change);
    return this.#table.putIf({ ...item, changed_by: laterOf(item.changed_by, seen.changed_by) }, isStill(seen));
  }

  /** Deletes a project as a job says that was submitted by itself, unless there has been a later change. */
  adoptRemoval(key: ProjectKey, change: Change): Promise<boolean> {
    return this.#table.putIf(this.#tombstone(key, change), isEarlierThan(change));
  }

  /** The vector of this revision is stored. @returns false when the project has changed since */
  complete(seen: LiveProject, embeddedText: string, now: number): Promise<boolean> {
    return this.#update(
      seen,
      { set: { status: "completed", embedded_text: embeddedText, embedded_at: now }, remove: ["error"] },
      isStill(seen),
    );
  }

  /** The vector of a deleted project is gone. @returns false when the project is back */
  completeRemoval(seen: ProjectRecord): Promise<boolean> {
    return this.#update(seen, { set: { removed: true } }, isStill(seen));
  }

  /** The job that was to embed it has failed for good. */
  fail(key: ProjectKey, taskId: string, error: JobError): Promise<boolean> {
    return this.#update(
      key,
      { set: { status: "failed", error } },
      {
        condition: "#task_id = :task AND #status = :pending",
        values: { ":task": taskId, ":pending": "pending" },
      },
    );
  }

  #tombstone(key: ProjectKey, change: Change) {
    return {
      ...projectAddress(key),
      status: "deleted",
      revision: change.revision,
      changed_by: changedBy(change),
      task_id: change.taskId,
      [table.ttl]: inSeconds(change.at) + TOMBSTONE_SECONDS,
    };
  }

  async #update(key: ProjectKey, change: ItemChange, condition: Condition): Promise<boolean> {
    return (await this.#table.updateIf(projectAddress(key), change, condition)) !== undefined;
  }
}

const isStill = ({ revision }: ProjectRecord): Condition => ({
  condition: "#revision = :seen",
  values: { ":seen": revision },
});

const isEarlierThan = (change: Change): Condition => ({
  condition: "attribute_not_exists(#pk) OR #changed_by < :by",
  values: { ":by": changedBy(change) },
});

const pending = (content: ProjectContent, change: Change) => ({
  ...content,
  // The marshaller takes a plain object for none when it has a key named "constructor"; a Map may have any.
  metadata: new Map(Object.entries(content.metadata)),
  status: "pending",
  revision: change.revision,
  changed_by: changedBy(change),
  task_id: change.taskId,
  updated_at: change.at,
});

const listed = ({ tenant, id }: ProjectKey, { at }: Change) => ({
  created_at: at,
  list_pk: listPartition(tenant),
  list_sk: listSort(at, id),
});

const laterOf = (a: string, b: string): string => (a > b ? a : b);
