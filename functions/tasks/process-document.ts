import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { DocumentTooLargeError } from "../../contracts/document-errors.ts";
import { MAX_DOCUMENT_BYTES } from "../../contracts/documents.ts";
import { InvalidInputError } from "../../contracts/errors.ts";
import type { DocumentRecord } from "../../shared/documents/document-record.ts";
import { extractText } from "../../shared/documents/extract.ts";
import { submitIndexing } from "../../shared/documents/intake.ts";
import { documentServices } from "../../shared/documents/services.ts";
import type { FinalFailure, TaskContext } from "../../shared/engine/context.ts";

/** A text up to this size, gzipped, rides in the document's record. */
const INLINE_TEXT_BYTES = 8 * 1_024;

const compress = promisify(gzip);

let shared: ReturnType<typeof documentServices> | undefined;
const services = () => (shared ??= documentServices());

/** Reads the uploaded file and stores its text with the document. */
export async function run(
  { document_id: id }: TaskInput<"process_document">,
  context: TaskContext,
): Promise<TaskOutput<"process_document">> {
  const started = performance.now();
  const { documents, files } = services();
  const document = await findDocument(id, context);
  const file = await files.get(document);
  if (!file) throw new InvalidInputError(`The file of document ${id} is gone.`);
  if (file.size > MAX_DOCUMENT_BYTES) {
    throw new DocumentTooLargeError(`The file has ${file.size} bytes; at most ${MAX_DOCUMENT_BYTES} are read.`);
  }
  const extracted = await extractText(await file.read(), {
    fileName: document.file_name,
    signal: context.signal,
    progress: (page, pages, message) => context.progress(page, pages, message ?? "pages"),
  });

  const packed = await compress(extracted.text);
  const textGzip = packed.length <= INLINE_TEXT_BYTES ? packed : undefined;
  if (!textGzip) await files.putText(document, extracted.text);
  const isThere = await documents.complete(id, { ...extracted, textGzip }, Date.now());
  if (!isThere) {
    await files.remove(document);
    throw new InvalidInputError(`Document ${id} was deleted while it was processed.`);
  }
  if (document.index) await submitIndexing(services(), document);
  const { characters, pages, ocr } = extracted;
  const duration_ms = Math.round(performance.now() - started);
  return { document_id: id, status: "completed", characters, pages, ocr, duration_ms };
}

/** The document of a job that failed for good has failed too. */
export async function onFailure(
  error: FinalFailure,
  _context: TaskContext,
  { document_id: id }: TaskInput<"process_document">,
): Promise<void> {
  await services().documents.fail(id, error, Date.now());
}

async function findDocument(id: string, context: TaskContext): Promise<DocumentRecord> {
  const document = await services().documents.get(id);
  if (document?.project_id === context.projectId) return document;
  throw new InvalidInputError(`There is no document ${id}.`);
}
