/**
 * Small workbooks, presentations and OpenDocument files made in memory.
 *
 * @module
 */

import { zip } from "./document-builders.ts";

const TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

type Target = readonly [id: string, kind: string, target: string];

const relationships = (targets: readonly Target[]): string =>
  `<Relationships>${targets.map(([id, kind, target]) => `<Relationship Id="${id}" Type="${TYPE}/${kind}" Target="${target}"/>`).join("")}</Relationships>`;

/** What a workbook is made of beside its sheets. */
export interface WorkbookParts {
  readonly strings?: readonly string[];
  readonly styles?: string;
  readonly properties?: string;
  readonly comments?: string;
  readonly drawing?: string;
}

/** An XLSX of sheets by name: their `sheetData`, and what is before it, as XML. A name with ! is a hidden sheet. */
export function xlsx(sheets: Readonly<Record<string, string>>, parts: WorkbookParts = {}): Buffer {
  const names = Object.keys(sheets);
  const list = names.map((name, index) => {
    const state = name.startsWith("!") ? ' state="hidden"' : "";
    return `<sheet name="${name}" sheetId="${index + 7}"${state} r:id="rId${index + 1}"/>`;
  });
  return zip({
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": relationships([["r", "officeDocument", "xl/workbook.xml"]]),
    "xl/workbook.xml": `<workbook>${parts.properties ?? ""}<sheets>${list.join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relationships([
      ...names.map((_, index): Target => [`rId${index + 1}`, "worksheet", `worksheets/sheet${index + 1}.xml`]),
      ["s", "sharedStrings", "sharedStrings.xml"],
      ["t", "styles", "styles.xml"],
    ]),
    "xl/sharedStrings.xml": `<sst>${(parts.strings ?? []).map((text) => `<si>${text}</si>`).join("")}</sst>`,
    "xl/styles.xml": `<styleSheet>${parts.styles ?? ""}</styleSheet>`,
    ...Object.fromEntries(
      names.map((name, index) => [
        `xl/worksheets/sheet${index + 1}.xml`,
        `<worksheet>${sheets[name]?.replace(/^(<cols>.*<\/cols>)?/s, "$1<sheetData>")}</sheetData></worksheet>`,
      ]),
    ),
    "xl/worksheets/_rels/sheet1.xml.rels": relationships([
      ["c", "comments", "../comments1.xml"],
      ["d", "drawing", "../drawings/drawing1.xml"],
    ]),
    "xl/comments1.xml": parts.comments ?? "<comments/>",
    "xl/drawings/drawing1.xml": parts.drawing ?? "<wsDr/>",
  });
}

/** A PPTX of slides, each the XML of its shapes; further parts of the first slide by kind, and files by name. */
export function pptx(
  slides: readonly string[],
  further: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, Uint8Array>> = {},
): Buffer {
  const ids = slides.map((_, index) => `<p:sldId id="${256 + index}" r:id="rId${index + 1}"/>`).join("");
  const pictures = Object.keys(files).map((name, index): Target => [`p${index}`, "image", `../${name}`]);
  return zip({
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": relationships([["r", "officeDocument", "ppt/presentation.xml"]]),
    "ppt/presentation.xml": `<p:presentation><p:sldIdLst>${ids}</p:sldIdLst></p:presentation>`,
    // In another order than they are shown in.
    "ppt/_rels/presentation.xml.rels": relationships(
      slides.map((_, index): Target => [`rId${index + 1}`, "slide", `slides/slide${index + 1}.xml`]).toReversed(),
    ),
    ...Object.fromEntries(
      slides.flatMap((shapes, index) => [
        [`ppt/slides/slide${index + 1}.xml`, `<p:sld><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:sld>`],
        [
          `ppt/slides/_rels/slide${index + 1}.xml.rels`,
          relationships([
            ...(index === 0 ? Object.keys(further).map((kind): Target => [`k-${kind}`, kind, `../${kind}.xml`]) : []),
            ...pictures,
          ]),
        ],
      ]),
    ),
    ...Object.fromEntries(Object.entries(further).map(([kind, xml]) => [`ppt/${kind}.xml`, xml])),
    ...Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`ppt/${name}`, bytes])),
  });
}

/** A shape with paragraphs of text. */
export const shape = (paragraphs: string, placeholder = ""): string =>
  `<p:sp><p:nvSpPr><p:nvPr>${placeholder && `<p:ph type="${placeholder}"/>`}</p:nvPr></p:nvSpPr><p:txBody>${paragraphs}</p:txBody></p:sp>`;

/** A paragraph of DrawingML. */
export const drawn = (text: string, properties = ""): string =>
  `<a:p><a:pPr${properties || "/>"}${properties && "</a:pPr>"}<a:r><a:t>${text}</a:t></a:r></a:p>`;

/** An OpenDocument file of a kind, such as `text`, with its body and styles as XML, and further parts by name. */
export function odf(
  kind: string,
  body: string,
  { styles = "", parts = {} }: { readonly styles?: string; readonly parts?: Readonly<Record<string, string>> } = {},
): Buffer {
  return zip({
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    "META-INF/manifest.xml": "<manifest:manifest/>",
    "content.xml": `<office:document-content><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
    "styles.xml": "<office:document-styles/>",
    ...parts,
  });
}

/** The name of a column by its number from 0: A to Z, then AA. */
export const columnName = (column: number): string =>
  (column >= 26 ? columnName(Math.floor(column / 26) - 1) : "") + String.fromCharCode(65 + (column % 26));
