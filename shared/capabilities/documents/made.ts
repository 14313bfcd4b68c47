/**
 * What was made of a document: its text, its Markdown, its pages with their blocks.
 *
 * @module
 */

import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { type DocumentPage, documentPageSchema } from "../../../contracts/documents/structure.ts";
import { conflict } from "../../lib/http/problem.ts";
import type { DocumentFiles } from "./document-files.ts";
import type { DocumentRecord } from "./document-record.ts";
import { markdownOf } from "./structure/markdown.ts";

/** What was made, or a link to it where it is too large for the record. */
interface Made {
  readonly text: string | null;
  readonly url: string | null;
}

/**
 * @param kind `txt` for the text, `md` for the Markdown, `json` for the pages
 * @throws ProblemError 409 when the document was read by a version that kept its text alone
 */
export async function madeOf(
  files: DocumentFiles,
  document: DocumentRecord,
  kind: "txt" | "md" | "json",
): Promise<Made> {
  const { text_gzip, has_text_object, blocks_gzip, has_blocks_object } = document;
  const [packed, isStored] = kind === "txt" ? [text_gzip, has_text_object] : [blocks_gzip, has_blocks_object];
  if (packed) {
    const text = gunzipSync(packed).toString("utf8");
    return { text: kind === "md" ? markdownOf(parsePages(text)) : text, url: null };
  }
  if (isStored) return { text: null, url: await files.linkTo(document, kind) };
  throw conflict(
    `Document ${document.id} was read by an earlier version, which kept its text alone: delete it and upload it again.`,
  );
}

/** @throws ZodError when it is not the JSON of a document's pages */
export const parsePages = (json: string): DocumentPage[] => z.array(documentPageSchema).parse(JSON.parse(json));
