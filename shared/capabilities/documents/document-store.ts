/**
 * Document records in the table: created, changed by conditional updates, listed by project, found when overdue.
 *
 * @module
 */

import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { JobError } from "../../../contracts/jobs/wire.ts";
import { table } from "../../../contracts/resources.ts";
import type { JobStore } from "../../engine/jobs/store.ts";
import { listSort, shardOf } from "../../engine/table/addresses.ts";
import { answerIfHeld, holds } from "../../engine/table/conditional-write.ts";
import { decodeCursor, encodeCursor } from "../../engine/table/cursor.ts";
import { type ItemChange, updateParameters } from "../../engine/table/item-update.ts";
import { type DocumentRecord, documentKey, parseDocument } from "./document-record.ts";

type Access = Pick<JobStore, "document" | "table" | "getItems">;

export type NewDocument = Omit<DocumentRecord, "pk" | "list_sk">;

/** What processing found out. */
export interface ProcessedDocument {
  readonly contentType: string;
  readonly characters: number;
  readonly textGzip: Uint8Array | undefined;
  readonly language: string | null;
  readonly pages: number | null;
  readonly ocr: boolean;
}

/** Documents that the daily cleanup looks for: failed ones by that time, awaited ones by their deadline. */
export const overdueKinds = ["DOCFAILED", "DOCUPLOAD"] as const;
type OverdueKind = (typeof overdueKinds)[number];

const overduePartition = (kind: OverdueKind, id: string) => `${kind}#${shardOf(id, table.workIndex.shards)}`;
const listPartition = (projectId: string) => `DOC#${projectId}`;

export class DocumentStore {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  /** @returns false when there is a document of that id */
  async create({ id, ...document }: NewDocument): Promise<boolean> {
    return holds(
      this.#access.document.send(
        new PutCommand({
          TableName: this.#access.table,
          Item: {
            ...documentKey(id),
            ...document,
            list_pk: listPartition(document.project_id),
            list_sk: listSort(document.created_at, id),
            work_pk: overduePartition("DOCUPLOAD", id),
            work_at: document.upload_until,
          },
          ConditionExpression: "attribute_not_exists(pk)",
        }),
      ),
    );
  }

  async get(id: string): Promise<DocumentRecord | undefined> {
    const { Item } = await this.#access.document.send(
      new GetCommand({ TableName: this.#access.table, Key: documentKey(id), ConsistentRead: true }),
    );
    return Item && parseDocument(Item);
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
        language: text.language ?? undefined,
        pages: text.pages ?? undefined,
        ocr: text.ocr,
        processed_at: now,
      },
      remove: ["error", "work_pk", "work_at", ...(text.textGzip === undefined ? ["text_gzip"] : [])],
    });
  }

  /** Its passages are to be found from now on. */
  wantIndex(id: string): Promise<DocumentRecord | undefined> {
    return this.#update(id, { set: { index: true } });
  }

  /** Its passages are stored. @returns undefined when it has another text by now, or none */
  indexed(seen: DocumentRecord, passages: number): Promise<DocumentRecord | undefined> {
    return this.#update(seen.id, { set: { passages } }, "#status = :completed AND #processed_at = :seen", {
      ":completed": "completed",
      ":seen": seen.processed_at,
    });
  }

  /** @returns undefined when the job is not the document's own: anybody may submit one, about any document */
  fail(id: string, taskId: string, error: JobError, now: number): Promise<DocumentRecord | undefined> {
    return this.#update(
      id,
      { set: { status: "failed", error, processed_at: now, work_pk: overduePartition("DOCFAILED", id), work_at: now } },
      "#task_id = :task",
      { ":task": taskId },
    );
  }

  /** Expects the file anew, after one that never came or could not be stored. */
  await(id: string, until: number, taskId: string): Promise<DocumentRecord | undefined> {
    return this.#update(id, {
      set: {
        status: "pending",
        upload_until: until,
        task_id: taskId,
        work_pk: overduePartition("DOCUPLOAD", id),
        work_at: until,
      },
      remove: ["error", "processed_at"],
    });
  }

  /** @returns the document as it was, or undefined when it was gone already */
  async remove(id: string): Promise<DocumentRecord | undefined> {
    const { Attributes } = await this.#access.document.send(
      new DeleteCommand({ TableName: this.#access.table, Key: documentKey(id), ReturnValues: "ALL_OLD" }),
    );
    return Attributes && parseDocument(Attributes);
  }

  /**
   * A project's documents, newest first.
   * @throws InvalidCursorError
   */
  async list(projectId: string, limit: number, cursor?: string) {
    const { name, partitionKey, sortKey } = table.listIndex;
    const before = cursor === undefined ? "999999999999999$" : decodeCursor(cursor);
    const { Items = [] } = await this.#access.document.send(
      new QueryCommand({
        TableName: this.#access.table,
        IndexName: name,
        KeyConditionExpression: "#pk = :pk AND #sk < :before",
        ExpressionAttributeNames: { "#pk": partitionKey, "#sk": sortKey },
        ExpressionAttributeValues: { ":pk": listPartition(projectId), ":before": before },
        ScanIndexForward: false,
        Limit: limit + 1,
      }),
    );
    const shown = Items.slice(0, limit);
    const ids = shown.map((item) => String(item.pk).slice("D#".length));
    const last = shown.at(-1)?.[sortKey];
    return {
      documents: (await this.#access.getItems(ids.map(documentKey))).map(parseDocument),
      nextCursor: Items.length > limit ? encodeCursor(String(last)) : null,
    };
  }

  /** Documents that failed, or whose file was due, before a time: a page at a time, oldest first per shard. */
  async *overdue(before: number): AsyncGenerator<DocumentRecord> {
    const { name, partitionKey, sortKey, shards } = table.workIndex;
    for (const kind of overdueKinds) {
      for (let shard = 0; shard < shards; shard++) {
        let start: Record<string, unknown> | undefined;
        do {
          const page = await this.#access.document.send(
            new QueryCommand({
              TableName: this.#access.table,
              IndexName: name,
              KeyConditionExpression: "#pk = :pk AND #at < :before",
              ExpressionAttributeNames: { "#pk": partitionKey, "#at": sortKey },
              ExpressionAttributeValues: { ":pk": `${kind}#${shard}`, ":before": before },
              Limit: 100,
              ...(start ? { ExclusiveStartKey: start } : {}),
            }),
          );
          const keys = (page.Items ?? []).map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
          yield* (await this.#access.getItems(keys)).map(parseDocument);
          start = page.LastEvaluatedKey;
        } while (start);
      }
    }
  }

  /** @returns the record after it, or undefined when there is no such document any more, or it is not as it should be */
  async #update(
    id: string,
    change: ItemChange,
    condition = "attribute_exists(#pk)",
    values: Readonly<Record<string, unknown>> = {},
  ): Promise<DocumentRecord | undefined> {
    const { document, table: TableName } = this.#access;
    const parameters = updateParameters(change, condition, values);
    const answer = await answerIfHeld(
      document.send(new UpdateCommand({ TableName, Key: documentKey(id), ...parameters, ReturnValues: "ALL_NEW" })),
    );
    return answer?.Attributes && parseDocument(answer.Attributes);
  }
}
