/**
 * Reads how a DOCX numbers its lists and headings (ECMA-376 part 1, 17.9) and counts them.
 *
 * @module
 */

import { attribute, scanXml } from "../container/scan-xml.ts";
import { ListCounter, type ListLevel } from "../structure/list-numbers.ts";

/** Where a paragraph is in a list. */
export interface ListPlace {
  /** Number of the list (w:numId); 0 for none. */
  readonly list: number;
  readonly level: number;
}

interface AbstractList {
  readonly levels: (ListLevel | undefined)[];
  /** Style whose list this one is, where it has no levels of its own. */
  styleLink?: string;
  /** Style that this list is defined by. */
  definesStyle?: string;
}

interface List {
  abstract: string;
  /** Levels of its own, and values at which it begins. */
  readonly levels: (ListLevel | undefined)[];
  readonly starts: (number | undefined)[];
}

/** The lists of a document. */
export interface Numbering {
  /** @returns the next item's marker, "" when it has none */
  next(place: ListPlace): string;
}

const WORDS_LEVELS = 9;

/** @param xml the part `numbering`, "" when there is none */
export function readNumbering(xml: string): Numbering {
  const { abstracts, lists } = parse(xml);
  const byStyle = new Map(
    [...abstracts].flatMap(([id, { definesStyle }]) => (definesStyle ? [[definesStyle, id] as const] : [])),
  );
  const counter = new ListCounter();
  const begun = new Set<string>();
  return {
    next({ list: number, level }) {
      const list = lists.get(number);
      if (!list || level < 0 || level >= WORDS_LEVELS) return "";
      const linked = abstracts.get(list.abstract)?.styleLink;
      const abstract = (linked === undefined ? undefined : byStyle.get(linked)) ?? list.abstract;
      const shared = abstracts.get(abstract)?.levels ?? [];
      const levels = Array.from({ length: WORDS_LEVELS }, (_, index) => list.levels[index] ?? shared[index]);
      const start = list.starts[level];
      const first = `${number} ${level}`;
      if (start !== undefined && !begun.has(first)) counter.restart(abstract, level, start);
      begun.add(first);
      return counter.next(abstract, level, levels);
    },
  };
}

function parse(xml: string) {
  const abstracts = new Map<string, AbstractList>();
  const lists = new Map<number, List>();
  let abstract: AbstractList | undefined;
  let list: List | undefined;
  let level = 0;
  let current: { -readonly [Key in keyof ListLevel]: ListLevel[Key] } | undefined;
  const value = (attributes: string): string => attribute(attributes, "val") ?? "";
  const number = (attributes: string, name: string): number => Number.parseInt(attribute(attributes, name) ?? "", 10);
  scanXml(xml, {
    open(name, attributes) {
      if (name === "abstractNum") {
        abstract = { levels: [] };
        abstracts.set(attribute(attributes, "abstractNumId") ?? "", abstract);
      } else if (name === "numStyleLink" && abstract) abstract.styleLink = value(attributes);
      else if (name === "styleLink" && abstract) abstract.definesStyle = value(attributes);
      else if (name === "num") {
        list = { abstract: "", levels: [], starts: [] };
        lists.set(number(attributes, "numId"), list);
      } else if (name === "abstractNumId" && list) list.abstract = value(attributes);
      else if (name === "lvlOverride") level = number(attributes, "ilvl");
      else if (name === "startOverride" && list && level >= 0 && level < WORDS_LEVELS) {
        list.starts[level] = number(attributes, "val") || 0;
      } else if (name === "lvl") {
        level = number(attributes, "ilvl");
        current = { start: 1, format: "decimal", text: "", legal: false };
        const levels = (list ?? abstract)?.levels;
        if (levels && level >= 0 && level < WORDS_LEVELS) levels[level] = current;
      } else if (!current) return;
      else if (name === "start") current.start = number(attributes, "val") || 0;
      else if (name === "numFmt") current.format = value(attributes);
      else if (name === "lvlText") current.text = value(attributes);
      else if (name === "isLgl") current.legal = !/^(?:0|false|off)$/.test(value(attributes));
    },
    close(name) {
      if (name === "abstractNum") abstract = undefined;
      if (name === "num") list = undefined;
      if (name === "lvl") current = undefined;
    },
    text() {},
  });
  return { abstracts, lists };
}
