/**
 * What data is made of: the pages of a stored document, or a text.
 *
 * @module
 */

import { gunzipSync } from "node:zlib";
import type { DocumentPage } from "../../../contracts/documents/structure.ts";
import { InvalidInputError, TextTooLongError } from "../../../contracts/errors.ts";
import type { DocumentFiles } from "../documents/document-files.ts";
import type { DocumentRecord } from "../documents/document-record.ts";
import { parsePages } from "../documents/made.ts";
import type { DocumentServices } from "../documents/services.ts";
import { blocksOfText } from "../documents/structure/document-blocks.ts";

/** Characters of a document that data is made of: as many as a text may have. */
const MAX_CHARACTERS = 1_000_000;

/** Where the text comes from: a document's id, or the text itself. */
export interface SourceInput {
  readonly document_id?: string | undefined;
  readonly text?: string | undefined;
}

/** Why data cannot be made of a document. @returns undefined when it can */
export function documentFault(id: string, tenant: string, document: DocumentRecord | undefined): string | undefined {
  if (document?.project_id !== tenant) return `There is no document ${id}.`;
  if (document.status === "failed") return `Document ${id} has failed: its record says why.`;
  if (document.status === "pending") {
    return `Document ${id} is not read yet: wait for the job ${document.task_id}, or name this task under \`then\` of the upload.`;
  }
  return undefined;
}

/** @throws InvalidInputError when the document was read by a version that kept its text alone */
async function readPages(files: DocumentFiles, document: DocumentRecord): Promise<DocumentPage[]> {
  if (document.blocks_gzip) return parsePages(gunzipSync(document.blocks_gzip).toString("utf8"));
  if (document.has_blocks_object) return parsePages(await files.getMade(document, "json"));
  throw new InvalidInputError(
    `Document ${document.id} was read by an earlier version, which kept its text alone: delete it and upload it again.`,
  );
}

const charactersIn = (pages: readonly DocumentPage[]): number =>
  pages.reduce((sum, { blocks }) => sum + blocks.reduce((length, { text }) => length + text.length, 0), 0);

/**
 * The pages that data is made of; of a text, one without a number.
 * @throws InvalidInputError when there is no such document of the project, or it has no text
 * @throws TextTooLongError
 */
export async function sourcePages(
  { document_id: id, text = "" }: SourceInput,
  tenant: string,
  { documents, files }: Pick<DocumentServices, "documents" | "files">,
): Promise<DocumentPage[]> {
  if (id === undefined) return [{ page: null, blocks: blocksOfText(text) }];
  const document = await documents.get(id);
  const fault = documentFault(id, tenant, document);
  if (fault !== undefined || !document) throw new InvalidInputError(fault ?? `There is no document ${id}.`);
  if ((document.characters ?? 0) > MAX_CHARACTERS) throw tooLong(document.characters ?? 0);
  const pages = await readPages(files, document);
  const characters = charactersIn(pages);
  if (characters === 0) throw new InvalidInputError(`Document ${id} has no text.`);
  if (characters > MAX_CHARACTERS) throw tooLong(characters);
  return pages;
}

const tooLong = (characters: number): TextTooLongError =>
  new TextTooLongError(`The document has ${characters} characters; data is made of at most ${MAX_CHARACTERS}.`);
