/**
 * Documents: bringing files, reading and finding their text.
 *
 * @module
 */

import type { Call, SendForm } from "./http.ts";
import type { AnswerOf, BodyAt, QueryAt } from "./route-types.ts";

/** What the upload route takes; larger files go straight to S3. */
export const DIRECT_UPLOAD_BYTES = 4 * 1_024 * 1_024;

/** API Gateway takes a body of such a type for UTF-8, which a file need not be: it is sent as plain bytes instead. */
const TAKEN_AS_TEXT = /^text\/|\b(json|xml|javascript)\b/i;

/** A document that was brought, and the job that reads it. */
export type AcceptedDocument = AnswerOf<"POST /api/v1/documents/upload">;

/** Options of an upload. */
export interface UploadOptions {
  readonly file_name: string;
  readonly content_type?: string | undefined;
  /** Let `search` find its passages. */
  readonly index?: boolean | undefined;
  /** Whether pictures are recognized: where the text is too short (`auto`), always or never. */
  readonly ocr?: QueryAt<"POST /api/v1/documents/upload">["ocr"] | undefined;
  /** Of a message (EML): read its attachments too; otherwise they are listed. */
  readonly attachments?: boolean | undefined;
  /** Tasks that follow once the document is completed; its file goes straight to S3 then. */
  readonly then?: BodyAt<"POST /api/v1/documents">["then"];
  /** Admin keys only; else the key's own project. */
  readonly project_id?: string | undefined;
}

/** The document functions of the client. */
export function createDocuments(call: Call, sendForm: SendForm) {
  /** A form for a file of up to 100 MB: POST its fields, then the file, to its URL. */
  const createForm = ({
    project_id,
    ...body
  }: BodyAt<"POST /api/v1/documents"> & { project_id?: string | undefined }) =>
    call("POST /api/v1/documents", { body, query: { project_id } });

  return {
    createForm,
    /**
     * Uploads a file of up to 100 MB, by the API or directly to S3, depending on its size.
     * @param file its bytes, or a `File` or `Blob` of a browser
     * @returns the document and the job that will read it; wait for that job
     * @throws SluiceError
     */
    async upload(file: Uint8Array | Blob, options: UploadOptions): Promise<AcceptedDocument> {
      const { file_name, content_type, index, then, ocr, attachments, project_id } = options;
      const size = file instanceof Blob ? file.size : file.length;
      if (size <= DIRECT_UPLOAD_BYTES && then === undefined) {
        const query = { file_name, index, ocr, attachments, project_id };
        const type = TAKEN_AS_TEXT.test(content_type ?? "") ? undefined : content_type;
        return await call("POST /api/v1/documents/upload", {
          body: { bytes: await bytesOf(file), content_type: type },
          query,
          // The same bytes are the same document.
          safe: true,
        });
      }
      const { upload, ...accepted } = await createForm({
        file_name,
        content_type,
        index,
        ocr,
        attachments,
        then,
        size,
        project_id,
      });
      const form = new FormData();
      for (const [name, value] of Object.entries(upload.fields)) form.set(name, value);
      form.set("file", file instanceof Blob ? file : new Blob([await bytesOf(file)]));
      await sendForm(upload.url, form);
      return accepted;
    },
    /** With its text, or a link to it. */
    get: (document_id: string) => call("GET /api/v1/documents/{document_id}", { params: { document_id } }),
    /** Its text alone, or a link to it. */
    text: (document_id: string) => call("GET /api/v1/documents/{document_id}/text", { params: { document_id } }),
    /** As Markdown, or a link to it. */
    markdown: (document_id: string) =>
      call("GET /api/v1/documents/{document_id}/markdown", { params: { document_id } }),
    /** Its pages with their blocks, or a link to them. */
    blocks: (document_id: string) => call("GET /api/v1/documents/{document_id}/blocks", { params: { document_id } }),
    /** One page, newest first, without texts. */
    list: (query: QueryAt<"GET /api/v1/documents"> = {}) => call("GET /api/v1/documents", { query }),
    delete: (document_id: string) => call("DELETE /api/v1/documents/{document_id}", { params: { document_id } }),
    /** Passages of the documents that are indexed, nearest first. */
    search: (body: BodyAt<"POST /api/v1/documents/search">, query: QueryAt<"POST /api/v1/documents/search"> = {}) =>
      call("POST /api/v1/documents/search", { body, query, safe: true }),
  };
}

/** Bytes that threads share cannot be sent: those are copied. */
async function bytesOf(file: Uint8Array | Blob): Promise<Uint8Array<ArrayBuffer>> {
  if (file instanceof Blob) return new Uint8Array(await file.arrayBuffer());
  return isOwnMemory(file) ? file : new Uint8Array(file);
}

const isOwnMemory = (bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> => bytes.buffer instanceof ArrayBuffer;
