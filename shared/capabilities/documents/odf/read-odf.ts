/**
 * Reads an OpenDocument file: text (ODT), sheets (ODS) or slides (ODP), templates of them too.
 *
 * @module
 */

import { DocumentCorruptError, DocumentEncryptedError } from "../../../../contracts/documents/errors.ts";
import { decodeXml } from "../container/relationships.ts";
import type { ZipFile } from "../container/zip.ts";
import type { Limits } from "../limits.ts";
import type { Block } from "../structure/blocks.ts";
import { odfBlocks } from "./odf-blocks.ts";
import { readOdfStyles } from "./odf-styles.ts";

type OdfFormat = "odt" | "ods" | "odp";

const FORMATS: Readonly<Record<string, OdfFormat>> = { text: "odt", spreadsheet: "ods", presentation: "odp" };

/** @returns undefined when a container is not one of these files */
export function odfFormat(zip: ZipFile): OdfFormat | undefined {
  const type = new TextDecoder().decode(zip.read("mimetype") ?? new Uint8Array()).trim();
  const [, kind = ""] =
    /^application\/vnd\.oasis\.opendocument\.([a-z]+)(?:-(?:template|master|web))*$/.exec(type) ?? [];
  return FORMATS[kind];
}

/** What an OpenDocument file shows. */
interface OdfDocument {
  readonly parts: readonly (readonly Block[])[];
  /** Cells of a sheet with formulas whose results are not in the file. */
  readonly uncalculated: number;
}

/**
 * @returns the blocks of each slide; those of a text or of sheets together
 * @throws DocumentEncryptedError, DocumentCorruptError, DocumentTooLargeError
 */
export function readOdf(zip: ZipFile, format: OdfFormat, limits: Limits): OdfDocument {
  const part = (name: string): string => decodeXml(zip.read(name) ?? new Uint8Array());
  if (part("META-INF/manifest.xml").includes("encryption-data")) {
    throw new DocumentEncryptedError("The document needs a password.");
  }
  const [content, stylesPart] = [part("content.xml"), part("styles.xml")];
  if (content === "") throw new DocumentCorruptError("The document's content is missing.");
  const styles = readOdfStyles([stylesPart, content]);
  let uncalculated = 0;
  const parts = odfBlocks(content, styles, { ...limits, miss: () => uncalculated++ });
  if (format === "odp") return { parts: parts.map(titleFirst), uncalculated };
  if (format === "ods") return { parts, uncalculated };
  // Headers and footers are all the paragraphs that the styles hold.
  const around = odfBlocks(stylesPart, styles, limits).flat();
  const hasText = around.some((block) => "text" in block && block.text.trim() !== "");
  const further = hasText ? [{ kind: "paragraph" as const, text: "" }, ...around] : [];
  return { parts: [[...parts.flat(), ...further]], uncalculated };
}

/** A slide's title is read first, wherever the file has it. */
const titleFirst = (slide: readonly Block[]): Block[] => [
  ...slide.filter(({ kind }) => kind === "heading"),
  ...slide.filter(({ kind }) => kind !== "heading"),
];
