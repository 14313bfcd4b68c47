/**
 * What the pages of an RTF document show. Markers of lists are in the file as text.
 *
 * @module
 */

import { DocumentTooLargeError } from "../../../../contracts/documents/errors.ts";
import { isSymbolFont, symbolText } from "../docx/symbols.ts";
import type { Limits } from "../limits.ts";
import type { Block } from "../structure/blocks.ts";
import { scanRtf } from "./scan-rtf.ts";

/** Groups whose text is not part of the document. */
const HIDDEN = new Set(
  "fonttbl colortbl stylesheet info pict object fldinst listtable listoverridetable revtbl rsidtbl generator themedata colorschememapping datastore latentstyles xmlnstbl mmathPr filetbl nonshppict sp bkmkstart bkmkend atnid atnauthor atrfstart atrfend datafield formfield".split(
    " ",
  ),
);
/** Text that stands apart from the document's own: it follows it, in this order. */
const APART = [
  "footnote",
  "annotation",
  "header",
  "headerf",
  "headerl",
  "headerr",
  "footer",
  "footerf",
  "footerl",
  "footerr",
];
/** Text of groups that readers may leave out, and that is shown. */
const SHOWN = new Set(["listtext", "pntext", "shpinst", "shptxt", "field", "fldrslt", ...APART]);
const SIGNS: Readonly<Record<string, string>> = {
  tab: "\t",
  line: "\n",
  emdash: "—",
  endash: "–",
  bullet: "•",
  lquote: "‘",
  rquote: "’",
  ldblquote: "“",
  rdblquote: "”",
  emspace: " ",
  enspace: " ",
  "~": "\u00a0",
  _: "-",
};
/** Code pages of fonts by their character set. */
const CHARSETS: Readonly<Record<number, string>> = {
  0: "windows-1252",
  77: "macintosh",
  128: "shift_jis",
  129: "euc-kr",
  134: "gbk",
  136: "big5",
  161: "windows-1253",
  162: "windows-1254",
  163: "windows-1258",
  177: "windows-1255",
  178: "windows-1256",
  186: "windows-1257",
  204: "windows-1251",
  222: "windows-874",
  238: "windows-1250",
};
const PAGES: Readonly<Record<number, string>> = {
  932: "shift_jis",
  936: "gbk",
  949: "euc-kr",
  950: "big5",
  10000: "macintosh",
};
const MOST_NESTED = 500;

interface State {
  hidden: boolean;
  skip: number;
  font: number;
  inTable: boolean;
  heading: number;
}

/** What an RTF document shows. */
export interface RtfDocument {
  readonly blocks: readonly Block[];
  /** Whether it ends before its groups do. */
  readonly isCutOff: boolean;
}

/** @throws DocumentTooLargeError */
export function readRtf(bytes: Uint8Array, limits: Limits): RtfDocument {
  const blocks: Block[] = [];
  const fonts = new Map<number, { charset: number; name: string }>();
  const outer: State[] = [];
  let state: State = { hidden: false, skip: 1, font: 0, inTable: false, heading: 0 };
  let [page, definedFont, inFonts, skipping, characters, star, tooDeep] = ["windows-1252", 0, 0, 0, 0, false, 0];
  let text = "";
  /** The group that stands apart, where there is one, and the text before it. */
  let apart: { readonly kind: string; readonly depth: number; readonly before: string } | undefined;
  const further: { readonly kind: string; readonly text: string }[] = [];
  let notes = 0;
  let pending: number[] = [];
  let cells: string[] = [];

  const flush = (): void => {
    if (pending.length === 0) return;
    const { charset = 1, name = "" } = fonts.get(state.font) ?? {};
    const bytes = Uint8Array.from(pending);
    pending = [];
    if (isSymbolFont(name)) text += symbolText(name, String.fromCharCode(...bytes));
    else text += new TextDecoder(charset > 1 ? (CHARSETS[charset] ?? page) : page).decode(bytes);
  };
  const write = (more: string): void => {
    flush();
    characters += more.length;
    if (characters > limits.characters) throw new DocumentTooLargeError("The document's text is too long.");
    text += more;
  };
  const endRow = (): void => {
    if (cells.length > 0) blocks.push({ kind: "table", rows: [cells] });
    cells = [];
  };
  const endParagraph = (): void => {
    flush();
    if (state.inTable || apart) text += "\n";
    else {
      // Some programs leave out the end of a table's last row.
      endRow();
      const shown = text.replaceAll("\u00ad", "");
      blocks.push(
        state.heading > 0
          ? { kind: "heading", level: state.heading, marker: "", text: shown }
          : { kind: "paragraph", text: shown },
      );
      text = "";
    }
  };
  const endApart = ({ kind, before }: NonNullable<typeof apart>): void => {
    const found = text.trim();
    const isNote = kind === "footnote" && found !== "";
    if (isNote) notes++;
    if (found !== "") further.push({ kind, text: isNote ? `[${notes}] ${found}` : found });
    text = isNote ? `${before}[${notes}]` : before;
    apart = undefined;
  };
  const controls: Readonly<Record<string, (value: number | undefined) => void>> = {
    par: endParagraph,
    sect: endParagraph,
    page: () => write("\n"),
    cell() {
      if (apart) return write("\t");
      flush();
      cells.push(text.trim());
      text = "";
    },
    nestcell: () => write("\t"),
    nestrow: () => write("\n"),
    row: () => (apart ? write("\n") : endRow()),
    intbl: () => (state.inTable = true),
    pard() {
      state.inTable = false;
      state.heading = 0;
    },
    outlinelevel: (value = 9) => (state.heading = value < 9 ? value + 1 : 0),
    v: (value = 1) => (state.hidden = value !== 0),
    deleted: (value = 1) => (state.hidden = value !== 0),
    plain: () => (state.hidden = false),
    uc: (value = 1) => (state.skip = Math.min(8, Math.max(0, value))),
    u(value = 0xfffd) {
      if (inFonts === 0) write(String.fromCharCode(value < 0 ? value + 65_536 : value));
      skipping = state.skip;
    },
    f(value = 0) {
      flush();
      if (inFonts > 0) definedFont = value;
      else state.font = value;
    },
    fcharset(value = 1) {
      if (inFonts > 0) fonts.set(definedFont, { name: "", ...fonts.get(definedFont), charset: value });
    },
    ansicpg(value = 1_252) {
      page = PAGES[value] ?? (value === 65_001 ? "utf-8" : known(`windows-${value}`));
    },
    mac: () => (page = "macintosh"),
  };
  scanRtf(bytes, {
    open() {
      flush();
      if (outer.length >= MOST_NESTED) tooDeep++;
      else outer.push({ ...state });
      skipping = 0;
    },
    close() {
      flush();
      if (tooDeep > 0) tooDeep--;
      else state = outer.pop() ?? state;
      if (outer.length < inFonts) inFonts = 0;
      if (apart && outer.length < apart.depth) endApart(apart);
      skipping = 0;
    },
    control(word, value) {
      if (word === "*") {
        star = true;
        return;
      }
      if (word === "fonttbl") inFonts = outer.length;
      // What is marked with a star is left out by readers that do not know it.
      if (HIDDEN.has(word) || (star && !SHOWN.has(word))) state.hidden = true;
      star = false;
      if (state.hidden && inFonts === 0 && word !== "v" && word !== "deleted" && word !== "plain") return;
      flush();
      if (!apart && !state.hidden && APART.includes(word)) {
        apart = { kind: word, depth: outer.length, before: text };
        text = "";
      }
      controls[word]?.(value);
      if (!state.hidden && inFonts === 0 && word in SIGNS) write(SIGNS[word] ?? "");
      else if (!state.hidden && "\\{}".includes(word)) write(word);
    },
    byte(value) {
      if (skipping > 0) {
        skipping--;
        return;
      }
      if (inFonts > 0) {
        const font = fonts.get(definedFont) ?? { charset: 1, name: "" };
        if (value !== 0x3b && font.name.length < 64)
          fonts.set(definedFont, { ...font, name: font.name + String.fromCharCode(value) });
        return;
      }
      if (state.hidden) return;
      pending.push(value);
      characters++;
    },
  });
  flush();
  if (apart) endApart(apart);
  endRow();
  if (text.trim() !== "") blocks.push({ kind: "paragraph", text });
  const inOrder = APART.flatMap((kind) => further.filter((one) => one.kind === kind));
  // Each section of a document has its headers again.
  const texts = new Set(inOrder.map((one) => one.text));
  if (texts.size > 0) blocks.push({ kind: "paragraph", text: "" });
  for (const one of texts) blocks.push({ kind: "paragraph", text: one });
  return { blocks, isCutOff: outer.length > 0 };
}

function known(label: string): string {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return "windows-1252";
  }
}
