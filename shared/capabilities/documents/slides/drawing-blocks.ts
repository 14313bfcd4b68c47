/**
 * Texts and tables of DrawingML (ECMA-376 part 1, 21.1): what slides show, and drawings on the sheets of a workbook.
 *
 * @module
 */

import { relationId } from "../container/relationships.ts";
import { attribute, scanXml } from "../container/scan-xml.ts";
import { type Block, textOfBlocks } from "../structure/blocks.ts";
import { formatNumber } from "../structure/list-numbers.ts";

/** What a drawing shows. */
export interface Drawing {
  readonly blocks: readonly Block[];
  /** Relationships of its pictures, and of charts and diagrams. */
  readonly pictures: readonly string[];
  readonly further: readonly string[];
}

/** Placeholders whose text is not part of the slide's content. */
const LEFT_OUT = /^(?:sldNum|sldImg)$/;
const TITLE = /^(?:title|ctrTitle)$/;
const BULLET = "•";

/** ECMA-376's names of automatic numbers, such as `arabicPeriod`, by how they begin and end. */
const FORMATS: Readonly<Record<string, string>> = {
  arabic: "decimal",
  alphaLc: "lowerLetter",
  alphaUc: "upperLetter",
  romanLc: "lowerRoman",
  romanUc: "upperRoman",
};

interface Paragraph {
  texts: string[];
  level: number;
  bullet: string;
  start: number;
}

const emptyParagraph = (): Paragraph => ({ texts: [], level: 0, bullet: "", start: 1 });

/** @param xml a part that holds shapes */
export function drawingBlocks(xml: string): Drawing {
  const title: Block[] = [];
  const blocks: Block[] = [];
  const [pictures, further]: [string[], string[]] = [[], []];
  let shape: Block[] = [];
  let placeholder = "";
  let paragraph = emptyParagraph();
  let counts: number[] = [];
  let [inText, inShape, isHidden, inFallback] = [false, 0, false, 0];
  let rows: string[][] | undefined;
  const cells: string[] = [];

  const endParagraph = (): void => {
    const text = paragraph.texts.join("").trim();
    const { level, bullet, start } = paragraph;
    paragraph = emptyParagraph();
    if (text === "") return;
    if (TITLE.test(placeholder) && !rows) {
      shape.push({ kind: "heading", level: 2, marker: "", text });
      return;
    }
    const isNumbered = bullet !== "" && bullet !== BULLET;
    // What is not numbered lets the numbers of its level begin again.
    counts.length = Math.min(counts.length, isNumbered ? level + 1 : level);
    if (isNumbered) counts[level] = (counts[level] ?? start - 1) + 1;
    const marker = isNumbered ? numbered(bullet, counts[level] ?? start) : bullet;
    shape.push(marker === "" ? { kind: "paragraph", text } : { kind: "item", level, marker, text });
  };
  const endShape = (): void => {
    const isTitle = TITLE.test(placeholder);
    if (!LEFT_OUT.test(placeholder) && !isHidden) for (const block of shape) (isTitle ? title : blocks).push(block);
    [shape, placeholder, isHidden] = [[], "", false];
  };
  scanXml(xml, {
    open(name, attributes) {
      if (name === "Fallback") inFallback++;
      if (inFallback > 0) return;
      if (name === "sp" || name === "graphicFrame" || name === "cxnSp") inShape++;
      else if (name === "cNvPr" && attribute(attributes, "hidden") === "1") isHidden = true;
      else if (name === "ph") placeholder = attribute(attributes, "type") ?? "body";
      else if (name === "txBody" || name === "txbxContent") counts = [];
      else if (name === "pPr")
        paragraph.level = Math.min(8, Number.parseInt(attribute(attributes, "lvl") ?? "", 10) || 0);
      else if (name === "buChar") paragraph.bullet = BULLET;
      else if (name === "buAutoNum") {
        paragraph.bullet = attribute(attributes, "type") ?? "arabicPeriod";
        paragraph.start = Number.parseInt(attribute(attributes, "startAt") ?? "", 10) || 1;
      } else if (name === "t") inText = true;
      else if (name === "br") paragraph.texts.push("\n");
      else if (name === "tab") paragraph.texts.push("\t");
      else if (name === "tbl") rows = [];
      else if (name === "blip") pictures.push(attribute(attributes, "\\w+:embed") ?? "");
      else if (name === "chart") further.push(relationId(attributes));
      else if (name === "relIds") further.push(attribute(attributes, "\\w+:dm") ?? "");
    },
    close(name) {
      if (name === "Fallback") inFallback--;
      if (inFallback > 0) return;
      if (name === "t") inText = false;
      else if (name === "p") endParagraph();
      else if (name === "tc" && rows) cells.push(textOfBlocks(shape.splice(0)).trim());
      else if (name === "tr" && rows) rows.push(cells.splice(0));
      else if (name === "tbl" && rows) {
        shape.push({ kind: "table", rows });
        rows = undefined;
      } else if ((name === "sp" || name === "graphicFrame" || name === "cxnSp") && --inShape <= 0) endShape();
    },
    text(value) {
      if (inText && inFallback === 0) paragraph.texts.push(value);
    },
  });
  endShape();
  return { blocks: [...title, ...blocks], pictures, further };
}

function numbered(type: string, value: number): string {
  const [, format = "", ending = ""] = /^([a-z]+(?:Lc|Uc)?)(Period|ParenR|ParenBoth|Plain)?/.exec(type) ?? [];
  const number = formatNumber(value, FORMATS[format] ?? "decimal");
  if (ending === "ParenBoth") return `(${number})`;
  return `${number}${ending === "ParenR" ? ")" : ending === "Plain" ? "" : "."}`;
}
