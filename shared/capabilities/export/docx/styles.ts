/**
 * How a Word file looks: Word's own styles, so that its outline, its table of contents and other themes work.
 *
 * @module
 */

import { AlignmentType, type INumberingOptions, type IStylesOptions, LevelFormat, LineRuleType } from "docx";

/** Fonts that Word and its kin have everywhere, for Latin, Greek and Cyrillic. */
const BODY = "Georgia";
/** The font of code. */
export const CODE_FONT = "Courier New";
/** Names of paragraph styles beside Word's own. */
export const styleNames = {
  code: "Code",
  quote: "Quote",
  source: "Source",
  cell: "TableCell",
  contents: "ContentsHeading",
} as const;

const HALF_POINTS = 2;
/** Word's unit: a twentieth of a point. */
const TWIPS = 20;
/** Deepest list; Word knows nine levels. */
export const LIST_LEVELS = 9;
const INDENT = 18 * TWIPS;

const heading = (size: number, before: number) => ({
  run: { size: size * HALF_POINTS, bold: true, font: BODY, color: "1F1F1F" },
  paragraph: { spacing: { before: before * TWIPS, after: 6 * TWIPS }, keepNext: true },
});

/** The styles of a file. @param language as Word names it, such as `en-GB` */
export const styles = (language: string): IStylesOptions => ({
  default: {
    document: {
      run: { font: BODY, size: 11 * HALF_POINTS, language: { value: language } },
      paragraph: { spacing: { after: 7 * TWIPS, line: 290, lineRule: LineRuleType.AUTO } },
    },
    title: {
      run: { font: BODY, size: 30 * HALF_POINTS, bold: true },
      paragraph: { alignment: AlignmentType.CENTER, spacing: { before: 170 * TWIPS, after: 12 * TWIPS } },
    },
    heading1: heading(20, 0),
    heading2: heading(15, 16),
    heading3: heading(13, 12),
    heading4: heading(11.5, 10),
    heading5: heading(11, 8),
    heading6: heading(11, 8),
    footnoteText: { run: { size: 9 * HALF_POINTS } },
    hyperlink: { run: { color: "1F4E8C", underline: {} } },
  },
  paragraphStyles: [
    {
      id: "Subtitle",
      name: "Subtitle",
      basedOn: "Normal",
      run: { size: 14 * HALF_POINTS, italics: true },
      paragraph: { alignment: AlignmentType.CENTER, spacing: { after: 24 * TWIPS } },
    },
    {
      id: "Author",
      name: "Author",
      basedOn: "Normal",
      run: { size: 13 * HALF_POINTS },
      paragraph: { alignment: AlignmentType.CENTER },
    },
    // Not a heading: the table of contents does not list itself.
    { id: styleNames.contents, name: "Contents Heading", basedOn: "Normal", ...heading(20, 0) },
    {
      id: styleNames.quote,
      name: "Quote",
      basedOn: "Normal",
      run: { italics: true },
      paragraph: { indent: { left: INDENT, right: INDENT } },
    },
    {
      id: styleNames.code,
      name: "Code",
      basedOn: "Normal",
      run: { font: CODE_FONT, size: 9 * HALF_POINTS },
      paragraph: { spacing: { line: 240, lineRule: LineRuleType.AUTO }, shading: { fill: "F3F3F3" } },
    },
    { id: styleNames.cell, name: "Table Cell", basedOn: "Normal", paragraph: { spacing: { after: 0 } } },
    {
      id: styleNames.source,
      name: "Source",
      basedOn: "Normal",
      paragraph: { indent: { left: 2 * INDENT, hanging: 2 * INDENT }, spacing: { after: 4 * TWIPS } },
    },
  ],
});

/** The name of the numbering of ordered lists that begin with a number. */
export const orderedFrom = (start: number): string => `ordered-${start}`;
/** The name of the numbering of lists with bullets. */
export const BULLETS = "bullets";

/** The numbering of a file's lists. @param starts with which numbers ordered lists begin */
export function numbering(starts: Iterable<number>): INumberingOptions {
  const levels = Array.from({ length: LIST_LEVELS }, (_, level) => ({
    level,
    style: { paragraph: { indent: { left: (level + 1) * INDENT, hanging: INDENT }, spacing: { after: 3 * TWIPS } } },
  }));
  const bullets = ["•", "–", "▪"];
  return {
    config: [
      {
        reference: BULLETS,
        levels: levels.map((each) => ({
          ...each,
          format: LevelFormat.BULLET,
          text: bullets[each.level % bullets.length] ?? "•",
        })),
      },
      ...[...starts].map((start) => ({
        reference: orderedFrom(start),
        levels: levels.map((each) => ({ ...each, start, format: LevelFormat.DECIMAL, text: `%${each.level + 1}.` })),
      })),
    ],
  };
}

/** Where what belongs to a list item is. */
export const itemIndent = (level: number) => ({ left: (level + 1) * INDENT });
