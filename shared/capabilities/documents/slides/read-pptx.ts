/**
 * Reads a PPTX (ECMA-376): its slides in their order, each with its title first, tables, charts, diagrams and notes.
 *
 * @module
 */

import { DocumentCorruptError } from "../../../../contracts/documents/errors.ts";
import { decodeXml, relationId, relationshipsOf } from "../container/relationships.ts";
import { attribute, scanXml } from "../container/scan-xml.ts";
import type { ZipFile } from "../container/zip.ts";
import type { Block } from "../structure/blocks.ts";
import { drawingBlocks } from "./drawing-blocks.ts";

/** A slide: its text, and the pictures on it. */
export interface Slide {
  readonly blocks: readonly Block[];
  /** Names of its pictures within the file. */
  readonly pictures: readonly string[];
  /** Whether it refers to parts that the file does not hold. */
  readonly isIncomplete?: boolean;
}

const mainPart = (zip: ZipFile): string | undefined =>
  relationshipsOf(zip, "").find(({ kind, target }) => kind === "officeDocument" && /^ppt\//i.test(target))?.target;

/** Whether a container is a presentation. */
export const isPptx = (zip: ZipFile): boolean => mainPart(zip) !== undefined;

/** @returns a reader of each slide, in the order in which they are shown */
export function readPptx(zip: ZipFile): (() => Slide)[] {
  const main = mainPart(zip) ?? "";
  const presentation = zip.read(main);
  if (!presentation) throw new DocumentCorruptError("The presentation's main part is missing.");
  const parts = new Map(relationshipsOf(zip, main).map(({ id, target }) => [id, target] as const));
  const slides: string[] = [];
  scanXml(decodeXml(presentation), {
    open(name, attributes) {
      if (name === "sldId") slides.push(parts.get(relationId(attributes)) ?? "");
    },
    close() {},
    text() {},
  });
  return slides.map((part) => () => readSlide(zip, part));
}

function readSlide(zip: ZipFile, part: string): Slide {
  const content = zip.read(part);
  if (!content) throw new DocumentCorruptError(`A slide of the presentation is missing${part && ` (${part})`}.`);
  const relationships = relationshipsOf(zip, part);
  const byId = new Map(
    relationships.filter(({ external }) => !external).map(({ id, target }) => [id, target] as const),
  );
  const partOf = (name: string): string => decodeXml(zip.read(name) ?? new Uint8Array());
  const { blocks, pictures, further } = drawingBlocks(decodeXml(content));
  const outside = new Set(relationships.filter(({ external }) => external).map(({ id }) => id));
  const isMissing = (id: string): boolean => id !== "" && !outside.has(id) && !zip.has(byId.get(id) ?? "");
  const notes = relationships.filter(({ kind }) => kind === "notesSlide" || kind === "comments");
  return {
    blocks: [
      ...blocks,
      ...further.flatMap((id) => valueBlocks(partOf(byId.get(id) ?? ""))),
      ...notes.flatMap(({ target }) => noteBlocks(partOf(target))),
    ],
    isIncomplete: [...pictures, ...further].some(isMissing) || notes.some(({ target }) => !zip.has(target)),
    pictures: [...new Set(pictures.flatMap((id) => byId.get(id) ?? []))],
  };
}

/** Texts and values of a chart or a diagram. */
function valueBlocks(xml: string): Block[] {
  const values: string[] = [];
  let inValue = false;
  scanXml(xml, {
    open(name) {
      inValue = name === "t" || name === "v";
    },
    close() {
      inValue = false;
    },
    text(value) {
      if (inValue && value.trim() !== "") values.push(value.trim());
    },
  });
  return values.map((text) => ({ kind: "paragraph", text }));
}

/** What the speaker noted, or others remarked on the slide. */
function noteBlocks(xml: string): Block[] {
  const { blocks } = drawingBlocks(xml);
  const remarks = blocks.length > 0 ? blocks : remarkBlocks(xml);
  return remarks.length === 0 ? [] : [{ kind: "paragraph", text: "" }, ...remarks];
}

function remarkBlocks(xml: string): Block[] {
  const blocks: Block[] = [];
  let inText = false;
  scanXml(xml, {
    open(name, attributes) {
      inText = name === "text" && attribute(attributes, "val") === undefined;
    },
    close() {
      inText = false;
    },
    text(value) {
      if (inText && value.trim() !== "") blocks.push({ kind: "paragraph", text: value.trim() });
    },
  });
  return blocks;
}
