import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { MAX_DOCUMENT_BYTES } from "../../contracts/documents/documents.ts";
import { DocumentTooLargeError } from "../../contracts/documents/errors.ts";
import { InvalidInputError } from "../../contracts/errors.ts";
import { isReady } from "../../contracts/jobs/states.ts";
import { ocrSettings } from "../../contracts/settings/ocr.ts";
import { parseSettings } from "../../contracts/settings/parse-settings.ts";
import type { DocumentRecord } from "../../shared/capabilities/documents/document-record.ts";
import { extractText } from "../../shared/capabilities/documents/extract.ts";
import { submitSteps } from "../../shared/capabilities/documents/following.ts";
import { submitIndexing } from "../../shared/capabilities/documents/intake.ts";
import { createRecognizer, type Recognizer } from "../../shared/capabilities/documents/ocr/create-engine.ts";
import { markdownOf } from "../../shared/capabilities/documents/structure/markdown.ts";
import { bookRecognition } from "../../shared/engine/limits/ocr-limiter.ts";
import type { FinalFailure, TaskContext } from "../../shared/engine/worker/context.ts";
import { processDocuments } from "../services.ts";

/** A text, or the blocks, up to this size, gzipped, ride in the document's record. */
const INLINE_TEXT_BYTES = 8 * 1_024;
/** However well it packs, a text must fit into an answer of 6 MB as JSON. */
const INLINE_TEXT_CHARACTERS = 256 * 1_024;

const compress = promisify(gzip);

let recognizer: Promise<Recognizer> | undefined;
const settings = () => parseSettings(ocrSettings, process.env);
const recognition = () => (recognizer ??= createRecognizer(settings()));

/** Reads the uploaded file and stores its text with the document. */
export async function run(
  { document_id: id }: TaskInput<"process_document">,
  context: TaskContext,
): Promise<TaskOutput<"process_document">> {
  const started = performance.now();
  const { documents, files } = processDocuments();
  const document = await ownDocument(id, context);
  const file = await files.get(document);
  if (file.size > MAX_DOCUMENT_BYTES) {
    throw new DocumentTooLargeError(`The file has ${file.size} bytes; at most ${MAX_DOCUMENT_BYTES} are read.`);
  }
  const extracted = await extractCounted(await file.read(), document, context);

  const textGzip = await packedIfSmall(extracted.text);
  if (!textGzip) await files.putMade(document, "txt", extracted.text);
  const blocks = JSON.stringify(extracted.structure);
  const blocksGzip = await packedIfSmall(blocks);
  if (!blocksGzip) {
    await files.putMade(document, "json", blocks);
    await files.putMade(document, "md", markdownOf(extracted.structure));
  }
  const completed = await documents.complete(id, { ...extracted, textGzip, blocksGzip }, Date.now());
  if (!completed) {
    await files.remove(document);
    throw new InvalidInputError(`Document ${id} was deleted while it was processed.`);
  }
  // A later upload of the same file may have asked for it meanwhile.
  if (completed.index) await submitIndexing(processDocuments(), completed);
  await submitSteps(processDocuments(), completed, context.hops);
  const { characters, pages, ocr, confidence } = extracted;
  const duration_ms = Math.round(performance.now() - started);
  const warnings = [...extracted.warnings];
  return { document_id: id, status: "completed", characters, pages, ocr, confidence, warnings, duration_ms };
}

/** The text of a file. What is recognized counts for its project, also when the document fails. */
async function extractCounted(bytes: Uint8Array, document: DocumentRecord, context: TaskContext) {
  const { OCR_DOCUMENT_PAGES: recognizedPages, OCR_DOCUMENT_SECONDS: recognitionSeconds } = settings();
  let pages = 0;
  let seconds = 0;
  try {
    return await extractText(bytes, {
      fileName: document.file_name,
      ...(await recognition()),
      mode: document.ocr_mode ?? "auto",
      attachments: document.attachments ?? false,
      limits: { recognizedPages, recognitionSeconds },
      signal: context.signal,
      progress: (page, all, message) => context.progress(page, all, message ?? "pages"),
      admit: context.admit,
      recognized(took) {
        pages += 1;
        seconds += took;
      },
    });
  } finally {
    const { store, now } = processDocuments().jobs;
    const booked = { pages, seconds: Math.round(seconds * 10) / 10 };
    if (pages > 0)
      await bookRecognition(store.table, { tenant: context.tenant, now: now() }, booked).catch((error: unknown) => {
        context.log.warn("The recognized pages could not be counted.", { error: String(error) });
      });
  }
}

async function packedIfSmall(text: string): Promise<Uint8Array | undefined> {
  if (text.length > INLINE_TEXT_CHARACTERS) return undefined;
  const packed = await compress(text);
  return packed.length <= INLINE_TEXT_BYTES ? packed : undefined;
}

/** The document of a job that failed for good has failed too. */
export async function onFailure(
  error: FinalFailure,
  { taskId }: TaskContext,
  { document_id: id }: TaskInput<"process_document">,
): Promise<void> {
  const failed = await processDocuments().documents.fail(id, error, { taskId, now: Date.now() });
  // Passages of an earlier file in its place.
  if (failed?.passages) await submitIndexing(processDocuments(), failed);
}

/**
 * The document, once this job is the one that reads it: anybody may submit another one, about any document.
 * @throws InvalidInputError when it is not there, or another job that has not ended reads it
 */
async function ownDocument(id: string, { taskId, tenant }: TaskContext): Promise<DocumentRecord> {
  const { documents, jobs } = processDocuments();
  const document = await documents.get(id);
  if (document?.project_id !== tenant) throw new InvalidInputError(`There is no document ${id}.`);
  const { task_id: own } = document;
  if (own === taskId) return document;
  const job = await jobs.store.get(own);
  const taken = job && !isReady(job.status) ? undefined : await documents.takeOver(id, taskId, own);
  if (taken) return taken;
  throw new InvalidInputError(`Document ${id} is read by job ${own}: wait for that one.`);
}
