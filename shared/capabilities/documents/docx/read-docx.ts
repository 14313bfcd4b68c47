/**
 * Reads a DOCX (ECMA-376, transitional and strict), with all that its pages show.
 *
 * @module
 */

import {
  DocumentCorruptError,
  DocumentTooLargeError,
  UnsupportedFormatError,
} from "../../../../contracts/documents/errors.ts";
import { FinalError } from "../../../../contracts/errors.ts";
import { append } from "../../../lib/lists.ts";
import { decodeXml, type Relationship, relationshipsOf } from "../container/relationships.ts";
import type { ZipFile } from "../container/zip.ts";
import type { Limits } from "../limits.ts";
import type { PageWarning } from "../opened-document.ts";
import type { Block } from "../structure/blocks.ts";
import { type LostPart, LostParts } from "./lost-parts.ts";
import { Notes } from "./notes.ts";
import { type Numbering, readNumbering } from "./numbering.ts";
import { readStyles } from "./styles.ts";
import { type WordContext, wordBlocks } from "./word-blocks.ts";

/** A Word document with the pictures that it names. */
export interface WordDocument {
  readonly blocks: readonly Block[];
  readonly warnings?: readonly PageWarning[];
  /** @returns undefined when there is no picture of that name */
  picture(name: string): Uint8Array | undefined;
}

/**
 * Reads a part of another format that is taken into the document as a whole.
 * @throws the errors of contracts/documents/errors.ts
 */
export type ChunkReader = (bytes: Uint8Array) => readonly Block[];

/** Parts that a document refers to, by the last word of the relationship's type, in the order in which they are read. */
const FURTHER_PARTS = ["footnotes", "endnotes", "comments", "chart", "diagramData", "header", "footer"];

/** @throws DocumentEncryptedError, DocumentCorruptError, DocumentTooLargeError, UnsupportedFormatError */
export function readDocx(zip: ZipFile, limits: Limits, readChunk: ChunkReader): WordDocument {
  const main = relationshipsOf(zip, "").find(({ kind }) => kind === "officeDocument")?.target;
  const content = main === undefined ? undefined : zip.read(main);
  if (main === undefined || !content) throw new DocumentCorruptError("The document's main part is missing.");
  const document = decodeXml(content);
  if (!/<(?:\w+:)?document[\s>]/.test(document.slice(0, 8_192))) {
    throw new UnsupportedFormatError("The file is an Office file, but not a Word document: save it as PDF.");
  }
  const relationships = relationshipsOf(zip, main);
  const ofKind = (kind: string): string => {
    const part = relationships.find((relationship) => relationship.kind === kind);
    const bytes = part && !part.external ? zip.read(part.target) : undefined;
    return bytes ? decodeXml(bytes) : "";
  };
  const warnings: PageWarning[] = [];
  const lost = new LostParts();
  const notes = new Notes();
  const shared = {
    limits,
    style: styleOf(ofKind("styles"), lost),
    numbering: numberingOf(ofKind("numbering"), lost),
    notes,
    lost: (part: LostPart) => lost.add(part),
    has: (name: string) => zip.has(name),
    chunk(name: string): readonly Block[] {
      try {
        const bytes = zip.read(name);
        if (!bytes || bytes.length === 0) throw new DocumentCorruptError("It is missing.");
        return readChunk(bytes);
      } catch (error) {
        // A chunk that cannot be read does not take the document along.
        if (!(error instanceof FinalError) || error instanceof DocumentTooLargeError) throw error;
        warnings.push({
          kind: "page_left_out",
          message: `A file that the document takes in as a whole (${name}) is left out. ${error.message}`,
        });
        return [];
      }
    },
  };
  const blocks = wordBlocks(document, { ...shared, target: targetsOf(relationships) });
  for (const { kind, target } of furtherParts(relationships)) {
    const part = zip.read(target);
    if (!part) {
      // Notes are lost where the text refers to them.
      if (isLostPart(kind)) lost.add(kind);
      continue;
    }
    const context: WordContext = { ...shared, target: targetsOf(relationshipsOf(zip, target)) };
    const found = wordBlocks(decodeXml(part), context);
    if (found.some((block) => block.kind !== "paragraph" || block.text.trim() !== "")) {
      blocks.push({ kind: "paragraph", text: "" });
      append(blocks, found);
    }
  }
  for (const kind of notes.missing) lost.add(kind);
  return { blocks, warnings: [...warnings, ...lost.warnings], picture: (name) => zip.read(name) };
}

function targetsOf(relationships: readonly Relationship[]): WordContext["target"] {
  const byId = new Map(relationships.map((relationship) => [relationship.id, relationship]));
  return (id) => byId.get(id);
}

function furtherParts(relationships: readonly Relationship[]): readonly Relationship[] {
  const parts = relationships
    .map((part) => ({ order: part.external ? -1 : FURTHER_PARTS.indexOf(part.kind), part }))
    .filter(({ order }) => order >= 0)
    .sort((a, b) => a.order - b.order);
  return [...new Map(parts.map(({ part }) => [part.target, part])).values()];
}

const isLostPart = (kind: string): kind is LostPart =>
  ["comments", "chart", "diagramData", "header", "footer"].includes(kind);

/** Styles are lost where the text names one and there are none at all. */
function styleOf(xml: string, lost: LostParts): WordContext["style"] {
  const style = readStyles(xml);
  if (xml !== "") return style;
  return (id) => {
    if (id !== undefined) lost.add("styles");
    return style(id);
  };
}

/** Numbers are lost where a paragraph is in a list and there are no lists at all. */
function numberingOf(xml: string, lost: LostParts): Numbering {
  const numbering = readNumbering(xml);
  if (xml !== "") return numbering;
  return {
    next(place) {
      lost.add("numbering");
      return numbering.next(place);
    },
  };
}
