/**
 * How the cells of an XLSX are shown (ECMA-376 part 1, 18.8.30).
 *
 * @module
 */

import { format, isDateFormat } from "numfmt";
import { attribute, scanXml } from "../container/scan-xml.ts";

/**
 * Formats that are known by number. Dates whose form depends on where the reader lives are written as ISO 8601, which
 * everybody reads in the same way.
 */
const BUILT_IN: Readonly<Record<number, string>> = {
  1: "0",
  2: "0.00",
  3: "#,##0",
  4: "#,##0.00",
  9: "0%",
  10: "0.00%",
  11: "0.00E+00",
  12: "# ?/?",
  13: "# ??/??",
  14: "yyyy-mm-dd",
  15: "d-mmm-yy",
  16: "d-mmm",
  17: "mmm-yy",
  18: "h:mm AM/PM",
  19: "h:mm:ss AM/PM",
  20: "h:mm",
  21: "h:mm:ss",
  22: "yyyy-mm-dd h:mm",
  37: "#,##0 ;(#,##0)",
  38: "#,##0 ;(#,##0)",
  39: "#,##0.00;(#,##0.00)",
  40: "#,##0.00;(#,##0.00)",
  45: "mm:ss",
  46: "[h]:mm:ss",
  47: "mm:ss.0",
  48: "##0.0E+0",
};
/** Days between the beginnings of the two ways to count dates. */
const DAYS_TO_1904 = 1_462;
const GENERAL = "General";
/** A longer pattern is not one that a person made. */
const LONGEST_PATTERN = 500;

/** Writes a number as its cell shows it. */
export type NumberWriter = (value: number, style: number) => string;

/** Whose numbers have a comma before the decimals, and are written so. */
const COMMA = ["de", "fr", "es", "it", "nl", "pt"];
/** The number of German in patterns such as `[$€-407]`, also of Austria and Switzerland. */
const GERMAN = /\[\$[^\]]*-(?:0{0,4}[48C]?07|0{0,4}C07|de[^\]]*)\]/i;
/** A comma between digits, and what is in quotation marks or behind a backslash. */
const GROUPING = /"[^"]*"|\\.|([#0?]),(?=[#0?])/g;

interface Workbook {
  /** The part `styles`, "" when there is none. */
  readonly styles: string;
  /** Whether dates count from 1904. */
  readonly is1904: boolean;
  /** ISO 639-1; null when it is not known. */
  readonly language: string | null;
}

/**
 * Numbers are written as the language of the workbook has them. Where it is not known, without signs between thousands:
 * 1,234 would be one and a bit to some.
 */
export function numberWriter({ styles, is1904, language }: Workbook): NumberWriter {
  const known = language ?? (GERMAN.test(styles) ? "de" : undefined);
  const locale = known !== undefined && COMMA.includes(known) ? known : "en";
  const patterns = readPatterns(styles).map((pattern) =>
    known === undefined ? pattern.replace(GROUPING, (whole, digit?: string) => digit ?? whole) : pattern,
  );
  return (value, style) => {
    const pattern = patterns[style] ?? GENERAL;
    try {
      const shown = is1904 && isDateFormat(pattern) ? value + DAYS_TO_1904 : value;
      const text = format(pattern, shown, { dateErrorNumber: true, locale }).trim();
      // ";;;" hides a value; nothing else does.
      return text === "" && pattern.replaceAll(";", "") !== "" ? String(value) : text;
    } catch {
      return String(value);
    }
  };
}

/** The pattern of each style of a cell. */
function readPatterns(styles: string): string[] {
  const custom = new Map<number, string>();
  const patterns: string[] = [];
  let inCells = false;
  const number = (attributes: string): number => Number.parseInt(attribute(attributes, "numFmtId") ?? "", 10);
  scanXml(styles, {
    open(name, attributes) {
      if (name === "numFmt") custom.set(number(attributes), attribute(attributes, "formatCode") ?? GENERAL);
      else if (name === "cellXfs") inCells = true;
      else if (name === "xf" && inCells) {
        const id = number(attributes);
        const pattern = custom.get(id) ?? BUILT_IN[id] ?? GENERAL;
        patterns.push(pattern.length > LONGEST_PATTERN ? GENERAL : pattern);
      }
    },
    close(name) {
      if (name === "cellXfs") inCells = false;
    },
    text() {},
  });
  return patterns;
}
