/**
 * Taking documents in: record and job first, the file then; S3's event starts the job (arrivals.ts). Should the file
 * never come, the job expires and the document fails.
 *
 * @module
 */

import { randomUUID } from "node:crypto";
import { MAX_DOCUMENT_BYTES, UPLOAD_SECONDS } from "../../../contracts/documents/documents.ts";
import type { OcrMode } from "../../../contracts/documents/warnings.ts";
import { BACKGROUND_PRIORITY } from "../../../contracts/jobs/lanes.ts";
import { revokeJob } from "../../engine/jobs/revoke.ts";
import { submitJob } from "../../engine/jobs/submit.ts";
import { keyedTaskId, sha256 } from "../../engine/table/addresses.ts";
import type { DocumentRecord } from "./document-record.ts";
import { addSteps, packSteps, type Step, submitSteps } from "./following.ts";
import type { DocumentServices } from "./services.ts";

/** A file as it was uploaded. */
export interface Upload {
  readonly tenant: string;
  readonly fileName: string;
  readonly contentType: string | undefined;
  /** Let a search find its passages. */
  readonly index: boolean;
  /** Whether pictures are recognized. */
  readonly mode: OcrMode;
  /** Whether the attachments of a message are read with it. */
  readonly attachments: boolean;
  /** Tasks that follow it. */
  readonly steps: readonly Step[];
  /** Takes it from what its project may upload today; left out where that is not counted. */
  readonly quota?: DocumentQuota | undefined;
}

/** What a project may upload. */
export interface DocumentQuota {
  /** For a document that is about to be read. @throws when there is no room */
  take(bytes: number): Promise<void>;
  /** For tasks that are about to follow a document. @throws when there is no room for their jobs */
  follow(steps: readonly Step[]): Promise<void>;
  /** For an upload that was taken and came to nothing. */
  giveBack(bytes: number): Promise<void>;
}

/** Other uploads and deletions of the same bytes that one upload gives way to. */
const MAX_ROUNDS = 5;

/** The part of a document that is known when it is accepted. */
export type AcceptedDocument = Pick<DocumentRecord, "id" | "project_id" | "status" | "task_id">;

/**
 * Takes a file whose bytes are here. The same bytes in the same project are the same document: it is stored again only
 * if its file never arrived or could not be processed.
 */
export async function uploadDocument(services: DocumentServices, upload: Upload, bytes: Uint8Array) {
  const id = keyedTaskId(upload.tenant, `document ${sha256(bytes)}`);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    // Looked up first, because a job that is held for nothing stays in the list of jobs, revoked.
    const seen = await services.documents.get(id);
    const accepted = seen
      ? await acceptAgain(services, seen, { ...upload, bytes })
      : await acceptNew(services, id, { ...upload, bytes });
    if (accepted) return accepted;
  }
  throw new Error(`Document ${id} is uploaded and deleted by others at the moment.`);
}

type WithBytes = Upload & { readonly bytes: Uint8Array };

/** @returns undefined when another upload came first */
async function acceptNew(services: DocumentServices, id: string, upload: WithBytes) {
  const { quota, bytes } = upload;
  await quota?.follow(upload.steps);
  await quota?.take(bytes.length);
  const isNew = await expectDocument(services, id, upload);
  if (!isNew) await quota?.giveBack(bytes.length);
  return isNew && (await store(services, isNew, bytes));
}

/** @returns undefined when it is deleted by now */
async function acceptAgain(services: DocumentServices, seen: DocumentRecord, upload: WithBytes) {
  const indexed = upload.index && !seen.index ? await services.documents.wantIndex(seen.id) : seen;
  const existing = indexed && (await addSteps(services, indexed, upload));
  if (!existing) return undefined;
  const expected = await expectAgain(services, existing, upload);
  if (expected) return await store(services, expected, upload.bytes);
  // One that is still being processed is indexed at the end of that.
  if (indexed !== seen && existing.status === "completed") await submitIndexing(services, existing);
  // One that is read at this moment is followed at the end of that: whoever is second sees what the first has written.
  if (upload.steps.length > 0 && existing.status === "completed") await submitSteps(services, existing, undefined);
  return existing;
}

async function store({ files }: DocumentServices, document: AcceptedDocument, bytes: Uint8Array) {
  await files.put(document, bytes);
  return document;
}

/** Takes a file that its owner will upload to S3 with the form that is given back. */
export async function presignDocument(services: DocumentServices, upload: Upload, size: number | undefined) {
  await upload.quota?.follow(upload.steps);
  await upload.quota?.take(size ?? MAX_DOCUMENT_BYTES);
  const expiresAt = services.jobs.now() + UPLOAD_SECONDS * 1_000;
  const document = await expectDocument(services, randomUUID(), upload);
  if (!document) throw new Error("A random document id was taken.");
  return { document, form: await services.files.uploadForm(document, size), expiresAt };
}

/** @returns undefined when there is a document of that id */
async function expectDocument(
  services: DocumentServices,
  id: string,
  { tenant, fileName, contentType, index, mode, attachments, steps }: Upload,
): Promise<AcceptedDocument | undefined> {
  const now = services.jobs.now();
  const taskId = await holdJob(services, tenant, id);
  const document = {
    id,
    project_id: tenant,
    file_name: fileName,
    content_type: contentType,
    status: "pending" as const,
    index: index || undefined,
    ocr_mode: mode,
    attachments: attachments || undefined,
    then_gzip: packSteps(steps),
    upload_until: now + UPLOAD_SECONDS * 1_000,
    created_at: now,
    task_id: taskId,
  };
  if (await services.documents.create(document)) return document;
  await revokeJob(services.jobs, taskId, { terminate: false, reason: "there is a document of this id already" });
  return undefined;
}

/**
 * @returns undefined when the document's file is there and was not found wanting, or read otherwise than is wanted
 * now: then nothing is to be stored
 */
async function expectAgain(
  services: DocumentServices,
  document: DocumentRecord,
  { mode, attachments, quota, bytes }: Pick<WithBytes, "mode" | "attachments" | "quota" | "bytes">,
): Promise<AcceptedDocument | undefined> {
  const isReadOtherwise = mode !== (document.ocr_mode ?? "auto") || attachments !== (document.attachments ?? false);
  const isOther = isReadOtherwise && document.status === "completed";
  if (document.upload_until === undefined && document.status !== "failed" && !isOther) return undefined;
  const job = await services.jobs.store.get(document.task_id);
  if (job?.status === "PENDING") return document;
  await quota?.take(bytes.length);
  const { id, project_id: tenant } = document;
  const taskId = await holdJob(services, tenant, id);
  await services.documents.await(id, services.jobs.now() + UPLOAD_SECONDS * 1_000, { taskId, mode, attachments });
  return { ...document, status: "pending", task_id: taskId };
}

async function holdJob({ jobs }: DocumentServices, tenant: string, id: string): Promise<string> {
  const { job } = await submitJob(jobs, {
    taskName: "process_document",
    tenant,
    input: { document_id: id },
    expiresIn: UPLOAD_SECONDS,
    held: true,
  });
  return job.task_id;
}

/** Deletes a document: its job first, so that none writes to what is gone, then files and record. */
export async function deleteDocument(services: DocumentServices, document: DocumentRecord): Promise<void> {
  await revokeJob(services.jobs, document.task_id, { terminate: true, reason: "its document was deleted" });
  await services.files.remove(document);
  // As it was at the very end: an upload may have asked for its index meanwhile.
  const removed = await services.documents.remove(document.id);
  if (removed?.index) await submitIndexing(services, removed);
}

/** Has the vector store brought in line with the document as it will be then, on a stage that has one. */
export async function submitIndexing(
  { jobs }: Pick<DocumentServices, "jobs">,
  { id, project_id: tenant, passages }: Pick<DocumentRecord, "id" | "project_id" | "passages">,
): Promise<void> {
  if (jobs.catalog.familyLeftOut("index_document")) return;
  await submitJob(jobs, {
    taskName: "index_document",
    tenant,
    input: { document_id: id, old_passages: passages ?? 0 },
    priority: BACKGROUND_PRIORITY,
  });
}
