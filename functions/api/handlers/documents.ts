import type { documentRoutes } from "../../../contracts/routes/documents.ts";
import type { DocumentRecord } from "../../../shared/capabilities/documents/document-record.ts";
import { deleteDocument, presignDocument, uploadDocument } from "../../../shared/capabilities/documents/intake.ts";
import { madeOf, parsePages } from "../../../shared/capabilities/documents/made.ts";
import { searchPassages } from "../../../shared/capabilities/documents/passages.ts";
import { presentDocument } from "../../../shared/capabilities/documents/present-document.ts";
import { documentServices } from "../../../shared/capabilities/documents/services.ts";
import { conflict, notFound } from "../../../shared/lib/http/problem.ts";
import { answerSearch } from "../answer-search.ts";
import { type Caller, mayAccess, projectFor } from "../caller.ts";
import { needsRecognition } from "../needs-recognition.ts";
import { readThen } from "../read-then.ts";
import { requireSearch } from "../require-search.ts";
import type { ApiServices, Handlers } from "../route-handler.ts";
import { fileOf } from "../uploaded-file.ts";

/** @throws ProblemError 404 when there is no such document, or it is another project's */
async function findDocument({ jobs }: ApiServices, caller: Caller, id: string): Promise<DocumentRecord> {
  const document = await documentServices(jobs).documents.get(id);
  if (!document || !mayAccess(caller, document.project_id)) throw notFound(`There is no document ${id}.`);
  return document;
}

/** @throws ProblemError 404 when there is no such document, 409 when it has no text yet, or none at all */
async function findCompleted(services: ApiServices, caller: Caller, id: string): Promise<DocumentRecord> {
  const document = await findDocument(services, caller, id);
  if (document.status === "completed") return document;
  const { status } = presentDocument(document, services.jobs.now(), null);
  throw conflict(
    status === "failed"
      ? `Document ${id} has failed: its record says why.`
      : `Document ${id} is not read yet: wait for the job ${document.task_id}.`,
  );
}

/** Uploading files and reading their text. */
export const documentHandlers: Handlers<keyof typeof documentRoutes> = {
  async uploadDocument({ query, body, caller }, services) {
    const { jobs } = services;
    const tenant = projectFor(caller, query.project_id);
    const file = await fileOf(body, query.file_name);
    if (query.index) requireSearch(jobs);
    const upload = {
      tenant,
      fileName: file.name,
      contentType: file.contentType,
      index: query.index,
      mode: query.ocr,
      attachments: query.attachments,
      steps: await readThen(file.steps, { caller, tenant }, services),
    };
    const quota = services.quotas.forUpload(tenant, needsRecognition({ ...upload, bytes: file.bytes }));
    const { id, status, task_id } = await uploadDocument(documentServices(jobs), { ...upload, quota }, file.bytes);
    return { body: { id, status, task_id } };
  },

  async createDocument({ query, body, caller }, services) {
    const { jobs } = services;
    const tenant = projectFor(caller, query.project_id);
    if (body.index) requireSearch(jobs);
    const upload = {
      tenant,
      fileName: body.file_name,
      contentType: body.content_type,
      index: body.index,
      mode: body.ocr,
      attachments: body.attachments,
      steps: await readThen(body.then ?? [], { caller, tenant }, services),
    };
    const quota = services.quotas.forUpload(tenant, needsRecognition(upload));
    const { document, form, expiresAt } = await presignDocument(
      documentServices(jobs),
      { ...upload, quota },
      body.size,
    );
    const { id, status, task_id } = document;
    return { body: { id, status, task_id, upload: { ...form, expires_at: new Date(expiresAt).toISOString() } } };
  },

  async searchDocuments({ query, body, caller }, services) {
    const tenant = projectFor(caller, query.project_id);
    const wanted = { tenant, text: body.query, topK: body.top_k, filter: body.filter };
    const found = answerSearch(services, { caller, tenant }, (collections, signal) =>
      searchPassages(collections, { ...wanted, signal }),
    );
    return { body: await found };
  },

  async listDocuments({ query, caller }, { jobs }) {
    const tenant = projectFor(caller, query.project_id);
    const page = await documentServices(jobs).documents.list(tenant, query.limit, query.cursor);
    const documents = page.documents.map((document) => presentDocument(document, jobs.now(), null));
    return { body: { documents, next_cursor: page.nextCursor } };
  },

  async getDocument({ params, caller }, services) {
    const document = await findDocument(services, caller, params.document_id);
    const url = document.has_text_object ? await documentServices(services.jobs).files.linkTo(document, "txt") : null;
    return { body: presentDocument(document, services.jobs.now(), { url }) };
  },

  async getDocumentText({ params, caller }, services) {
    const document = await findCompleted(services, caller, params.document_id);
    const { text, url } = await madeOf(documentServices(services.jobs).files, document, "txt");
    return { body: { document_id: document.id, text, text_url: url } };
  },

  async getDocumentMarkdown({ params, caller }, services) {
    const document = await findCompleted(services, caller, params.document_id);
    const { text, url } = await madeOf(documentServices(services.jobs).files, document, "md");
    return { body: { document_id: document.id, markdown: text, markdown_url: url } };
  },

  async getDocumentBlocks({ params, caller }, services) {
    const document = await findCompleted(services, caller, params.document_id);
    const { text, url } = await madeOf(documentServices(services.jobs).files, document, "json");
    return { body: { document_id: document.id, pages: text === null ? null : parsePages(text), blocks_url: url } };
  },

  async deleteDocument({ params, caller }, services) {
    const document = await findDocument(services, caller, params.document_id);
    await deleteDocument(documentServices(services.jobs), document);
    return { body: { id: document.id, status: "deleted" } };
  },
};
