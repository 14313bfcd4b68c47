import { DocumentTooLargeError } from "../../../../contracts/documents/errors.ts";
import type { Limits } from "../limits.ts";
import { attribute, scanXml } from "./scan-xml.ts";

/** Content that a reader of the page does not see: fallbacks of what was read already, deleted and moved text. */
const SKIPPED = new Set([
  "Fallback",
  "del",
  "moveFrom",
  "instrText",
  "delText",
  "delInstrText",
  "rPrChange",
  "pPrChange",
]);
/** Elements whose own text counts; `v` are the values of a chart. */
const TEXT = new Set(["t", "v"]);
const INLINE: Readonly<Record<string, string>> = { tab: "\t", br: "\n", cr: "\n", noBreakHyphen: "-", ptab: "\t" };
/** Elements with a text of their own, collected apart from what surrounds them. */
const CONTAINERS = new Set(["tbl", "tr", "tc", "txbxContent"]);

/**
 * The text of a part of a Word document: a line per paragraph, a line per table row with tabs between the cells, text
 * boxes behind the paragraph that they hang on.
 * @throws DocumentTooLargeError
 */
export function wordText(xml: string, limits: Limits): string {
  /** The text so far of the part itself and of each container around the current place. */
  const open: string[][] = [[]];
  let boxes: string[] = [];
  let skipped = 0;
  let inText = 0;
  let inProperties = 0;
  let characters = 0;
  const write = (text: string) => {
    characters += text.length;
    if (characters > limits.characters) throw new DocumentTooLargeError("The document's text is too long.");
    open.at(-1)?.push(text);
  };
  scanXml(xml, {
    open(name, attributes) {
      if (SKIPPED.has(name)) skipped++;
      if (TEXT.has(name)) inText++;
      // Tab stops of a paragraph are `tab` elements too.
      if (name === "pPr") inProperties++;
      if (CONTAINERS.has(name)) open.push([]);
      if (skipped > 0 || inProperties > 0) return;
      if (name === "sym") write(symbol(attributes));
      else write(INLINE[name] ?? "");
    },
    close(name) {
      if (SKIPPED.has(name)) skipped--;
      if (TEXT.has(name)) inText--;
      if (name === "pPr") inProperties--;
      if (name === "p" || name === "pt") {
        write("\n");
        if (open.length === 1) for (const box of boxes.splice(0)) write(`${box}\n`);
      }
      if (!CONTAINERS.has(name) || open.length === 1) return;
      const text = (open.pop() ?? []).join("");
      if (name === "txbxContent") boxes = [...boxes, text.trim()];
      else if (name === "tc") open.at(-1)?.push(text.trim(), "\t");
      else open.at(-1)?.push(name === "tr" ? `${text.replace(/\t$/, "")}\n` : text);
    },
    text(value) {
      if (inText > 0 && skipped === 0) write(value);
    },
  });
  while (open.length > 1) {
    const text = (open.pop() ?? []).join("");
    open.at(-1)?.push(text);
  }
  return [...(open[0] ?? []), ...boxes].join("");
}

/** A character of a symbol font; those of the private use area mean something in that font only. */
function symbol(attributes: string): string {
  const code = Number.parseInt(attribute(attributes, "char") ?? "", 16);
  return code > 0x20 && code < 0xe000 ? String.fromCharCode(code) : "";
}
