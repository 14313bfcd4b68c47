import { gunzipSync } from "node:zlib";
import type { Document } from "../../../contracts/documents/documents.ts";
import { iso, isoOrNull } from "../../lib/time.ts";
import type { DocumentRecord } from "./document-record.ts";
import { presentSteps } from "./following.ts";

/**
 * The document on the wire. One whose file never came has failed, though nobody was there to write it down.
 * @param textUrl link to a large text
 */
export function presentDocument(record: DocumentRecord, now: number, text: { url: string | null } | null): Document {
  const isLate = record.upload_until !== undefined && record.upload_until < now;
  const late = { type: "UploadExpiredError", message: "The file did not arrive in time.", retryable: false };
  return {
    id: record.id,
    project_id: record.project_id,
    file_name: record.file_name,
    content_type: record.content_type ?? null,
    size: record.size ?? null,
    status: isLate ? "failed" : record.status,
    searchable_text: text && record.text_gzip ? gunzipSync(record.text_gzip).toString("utf8") : null,
    searchable_text_url: text?.url ?? null,
    characters: record.characters ?? null,
    language: record.language ?? null,
    pages: record.pages ?? null,
    ocr: record.ocr ?? null,
    confidence: record.confidence ?? null,
    warnings: record.warnings ?? [],
    passages: record.passages ?? null,
    error: isLate ? late : (record.error ?? null),
    then: presentSteps(record, isLate ? "failed" : record.status),
    created_at: iso(record.created_at),
    processed_at: isoOrNull(record.processed_at ?? (isLate ? record.upload_until : undefined)),
    task_id: record.task_id,
  };
}
