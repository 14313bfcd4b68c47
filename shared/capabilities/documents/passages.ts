/**
 * Documents in the vector store: a document is the passages of its text, numbered from 0.
 *
 * @module
 */

import { gunzipSync } from "node:zlib";
import type { PassageMatches } from "../../../contracts/documents/documents.ts";
import { DocumentTooLargeError } from "../../../contracts/documents/errors.ts";
import { UNFILTERABLE_KEY } from "../../../contracts/projects/vector-search.ts";
import { passagesOf } from "../embeddings/chunk.ts";
import { type CollectionServices, searchItems } from "../vectors/collections.ts";
import { type CollectionItem, hasItems, type IndexingResult, indexItems, removeItems } from "../vectors/indexing.ts";
import { noticeOf } from "../vectors/notice.ts";
import type { DocumentFiles } from "./document-files.ts";
import type { DocumentRecord } from "./document-record.ts";

/** The collection that holds the passages of all tenants' documents. */
const DOCUMENTS = "documents";
/** The longest text there may be has some 17,000 of full length. More of them are tiny: a table of contents, or an attack. */
const MAX_PASSAGES = 20_000;
/** Removed at a time. */
const PAGE = 500;
/** Looked for before a page is removed that may be empty: one call of S3 Vectors. */
const PROBE = 100;

const passageId = (documentId: string, number: number) => `${documentId}:${number}`;

/** The text of a completed document, wherever it is. */
export async function readText(files: DocumentFiles, document: DocumentRecord): Promise<string> {
  if (document.text_gzip) return gunzipSync(document.text_gzip).toString("utf8");
  return document.has_text_object ? files.getText(document) : "";
}

/** @throws DocumentTooLargeError when the text falls into too many passages; TaskError of the store */
export async function indexPassages(
  collections: CollectionServices,
  { document, text }: { readonly document: DocumentRecord; readonly text: string },
  options: { readonly signal: AbortSignal; readonly onProgress?: (done: number, total: number) => void },
): Promise<IndexingResult & { readonly passages: number }> {
  const items: CollectionItem[] = [];
  for (const { text: passage, start, end } of passagesOf(text)) {
    if (items.length === MAX_PASSAGES) {
      throw new DocumentTooLargeError(`The text has more than ${MAX_PASSAGES} passages, too many to be searched.`);
    }
    const { id, project_id: tenant, file_name, language = "" } = document;
    const metadata = { document_id: id, file_name, language, start, end };
    items.push({ tenant, id: passageId(id, items.length), text: passage, metadata });
  }
  const result = await indexItems(collections, DOCUMENTS, { ...options, items });
  return { ...result, passages: items.length };
}

/**
 * Removes the passages from a number on; it is not an error when one is missing.
 * @param until up to there they are removed unseen; beyond, where a job that was cut off may have written more than
 * anybody noted, as long as there are any
 */
export async function removePassages(
  collections: CollectionServices,
  document: { readonly id: string; readonly project_id: string },
  { from, until, signal }: { readonly from: number; readonly until: number; readonly signal: AbortSignal },
): Promise<void> {
  for (let start = from; ; start += PAGE) {
    const ids = Array.from({ length: PAGE }, (_, index) => passageId(document.id, start + index));
    const isKnown = start < until;
    const probe = ids.slice(0, PROBE);
    const tenant = document.project_id;
    if (!isKnown && !(await hasItems(collections, DOCUMENTS, { tenant, ids: probe, signal }))) return;
    await removeItems(collections, DOCUMENTS, { tenant, ids, signal });
  }
}

/** The tenant's passages nearest to a query. */
export async function searchPassages(
  collections: CollectionServices,
  query: Parameters<typeof searchItems>[2],
): Promise<PassageMatches> {
  const { matches, backend } = await searchItems(collections, DOCUMENTS, query);
  return {
    matches: matches.map(({ score, metadata }) => ({
      document_id: String(metadata.document_id),
      file_name: String(metadata.file_name),
      score,
      text: String(metadata[UNFILTERABLE_KEY] ?? ""),
      start: Number(metadata.start),
      end: Number(metadata.end),
    })),
    ...noticeOf(backend),
  };
}
