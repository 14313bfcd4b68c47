/**
 * Document records in the table: created, changed by conditional updates, listed by project, found when overdue.
 *
 * @module
 */

import type { DocumentWarning, OcrMode } from "../../../contracts/documents/warnings.ts";
import type { JobError } from "../../../contracts/jobs/wire.ts";
import { table } from "../../../contracts/resources.ts";
import { listSort, shardOf } from "../../engine/table/addresses.ts";
import { decodeCursor, encodeCursor } from "../../engine/table/cursor.ts";
import type { Change, Condition } from "../../engine/table/expressions.ts";
import { type Item, isNew, type Table } from "../../engine/table/table.ts";
import { type DocumentRecord, documentKey, parseDocument } from "./document-record.ts";

/** What a new document is made of. */
export type NewDocument = Omit<DocumentRecord, "pk" | "list_sk">;

/** What processing found out. */
export interface ProcessedDocument {
  readonly contentType: string;
  readonly characters: number;
  readonly textGzip: Uint8Array | undefined;
  readonly blocksGzip: Uint8Array | undefined;
  readonly language: string | null;
  readonly pages: number | null;
  readonly ocr: boolean;
  readonly confidence: number | null;
  readonly warnings: readonly DocumentWarning[];
}

/** What the record had of an earlier text, where the new one is in S3. */
const absent = ({ textGzip, blocksGzip }: ProcessedDocument): string[] => [
  ...(textGzip === undefined ? ["text_gzip"] : []),
  ...(blocksGzip === undefined ? ["blocks_gzip"] : []),
];

/** Documents that the daily cleanup looks for: failed ones by that time, awaited ones by their deadline. */
const overdueKinds = ["DOCFAILED", "DOCUPLOAD"] as const;
type OverdueKind = (typeof overdueKinds)[number];

const overduePartition = (kind: OverdueKind, id: string) => `${kind}#${shardOf(id, table.workIndex.shards)}`;
const listPartition = (tenant: string) => `DOC#${tenant}`;

/** The job that failed, and when. */
interface FailedBy {
  readonly taskId: string;
  readonly now: number;
}

/** Reads and changes documents' items. */
export class DocumentStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** @returns false when there is a document of that id */
  async create({ id, ...document }: NewDocument): Promise<boolean> {
    const item = {
      ...documentKey(id),
      ...document,
      list_pk: listPartition(document.project_id),
      list_sk: listSort(document.created_at, id),
      work_pk: overduePartition("DOCUPLOAD", id),
      work_at: document.upload_until,
    };
    return this.#table.putIf(item, isNew);
  }

  async get(id: string): Promise<DocumentRecord | undefined> {
    const item = await this.#table.get(documentKey(id));
    return item && parseDocument(item);
  }

  /** The file has arrived, or another one in its place: what was known of the text is void. */
  arrived(id: string, file: { etag: string; size: number }): Promise<DocumentRecord | undefined> {
    return this.#update(id, {
      set: { etag: file.etag, size: file.size, status: "pending" },
      remove: ["upload_until", "error", "processed_at", "work_pk", "work_at"],
    });
  }

  complete(id: string, text: ProcessedDocument, now: number): Promise<DocumentRecord | undefined> {
    return this.#update(id, {
      set: {
        status: "completed",
        content_type: text.contentType,
        characters: text.characters,
        text_gzip: text.textGzip,
        has_text_object: text.textGzip === undefined,
        blocks_gzip: text.blocksGzip,
        has_blocks_object: text.blocksGzip === undefined,
        language: text.language ?? undefined,
        pages: text.pages ?? undefined,
        ocr: text.ocr,
        confidence: text.confidence ?? undefined,
        warnings: text.warnings,
        processed_at: now,
      },
      remove: ["error", "work_pk", "work_at", ...absent(text)],
    });
  }

  /** Its passages are to be found from now on. */
  wantIndex(id: string): Promise<DocumentRecord | undefined> {
    return this.#update(id, { set: { index: true } });
  }

  /** @returns undefined when its steps are others by now, or it is gone */
  setSteps(seen: DocumentRecord, steps: Uint8Array | undefined): Promise<DocumentRecord | undefined> {
    const before = seen.then_gzip;
    return this.#update(
      seen.id,
      { set: { then_gzip: steps } },
      before
        ? { condition: "#then_gzip = :seen", values: { ":seen": before } }
        : { condition: "attribute_exists(#pk) AND attribute_not_exists(#then_gzip)" },
    );
  }

  /**
   * What became of the tasks that were to follow.
   * @returns undefined when it has other tasks by now, or was read again: who did that writes it
   */
  setStepOutcomes(
    seen: DocumentRecord,
    outcomes: NonNullable<DocumentRecord["then_outcomes"]>,
  ): Promise<DocumentRecord | undefined> {
    return this.#update(
      seen.id,
      { set: { then_outcomes: outcomes } },
      {
        condition: "#then_gzip = :steps AND #processed_at = :read",
        values: { ":steps": seen.then_gzip, ":read": seen.processed_at },
      },
    );
  }

  /** Its passages are stored. @returns undefined when it has another text by now, or none */
  indexed(seen: DocumentRecord, passages: number): Promise<DocumentRecord | undefined> {
    return this.#update(
      seen.id,
      { set: { passages } },
      {
        condition: "#status = :completed AND #processed_at = :seen",
        values: { ":completed": "completed", ":seen": seen.processed_at },
      },
    );
  }

  /** @returns undefined when the job is not the document's own: anybody may submit one, about any document */
  fail(id: string, error: JobError, { taskId, now }: FailedBy): Promise<DocumentRecord | undefined> {
    return this.#update(
      id,
      { set: { status: "failed", error, processed_at: now, work_pk: overduePartition("DOCFAILED", id), work_at: now } },
      { condition: "#task_id = :task", values: { ":task": taskId } },
    );
  }

  /**
   * Makes a job the document's own, in the place of one that has ended.
   * @returns undefined when the document has another job by now
   */
  takeOver(id: string, taskId: string, ended: string): Promise<DocumentRecord | undefined> {
    return this.#update(
      id,
      { set: { task_id: taskId } },
      { condition: "#task_id = :ended", values: { ":ended": ended } },
    );
  }

  /** Expects the file again, after one that never came or could not be stored. */
  await(
    id: string,
    until: number,
    job: { taskId: string; mode: OcrMode; attachments: boolean },
  ): Promise<DocumentRecord | undefined> {
    return this.#update(id, {
      set: {
        status: "pending",
        upload_until: until,
        task_id: job.taskId,
        ocr_mode: job.mode,
        attachments: job.attachments,
        work_pk: overduePartition("DOCUPLOAD", id),
        work_at: until,
      },
      remove: ["error", "processed_at"],
    });
  }

  /** @returns the document as it was, or undefined when it was gone already */
  async remove(id: string): Promise<DocumentRecord | undefined> {
    const item = await this.#table.delete(documentKey(id));
    return item && parseDocument(item);
  }

  /**
   * A project's documents, newest first.
   * @throws InvalidCursorError
   */
  async list(tenant: string, limit: number, cursor?: string) {
    const before = cursor === undefined ? undefined : decodeCursor(cursor);
    const index = table.listIndex;
    const partition = listPartition(tenant);
    const found = await this.#table.page({ index, partition, before, newestFirst: true, pageSize: limit + 1 });
    const shown = found.slice(0, limit);
    const last = shown.at(-1)?.[index.sortKey];
    return {
      documents: await this.#read(shown),
      nextCursor: found.length > limit ? encodeCursor(String(last)) : null,
    };
  }

  /** Documents that failed, or whose file was due, before a time: a page at a time, oldest first per shard. */
  async *overdue(before: number): AsyncGenerator<DocumentRecord> {
    const index = table.workIndex;
    for (const kind of overdueKinds) {
      for (let shard = 0; shard < index.shards; shard++) {
        const pages = this.#table.pages({ index, partition: `${kind}#${shard}`, before, pageSize: 100 });
        for await (const page of pages) yield* await this.#read(page);
      }
    }
  }

  /** The records of index entries; one that is gone is left out. */
  async #read(entries: readonly Item[]): Promise<DocumentRecord[]> {
    const keys = entries.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
    return (await this.#table.getMany(keys)).map(parseDocument);
  }

  /** @returns the record after it, or undefined when there is no such document any more, or it is not as it should be */
  async #update(
    id: string,
    change: Change,
    condition: Condition = { condition: "attribute_exists(#pk)" },
  ): Promise<DocumentRecord | undefined> {
    const item = await this.#table.updateIf(documentKey(id), change, condition);
    return item && parseDocument(item);
  }
}
