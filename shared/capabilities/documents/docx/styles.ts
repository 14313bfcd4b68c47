import { attribute, scanXml } from "../container/scan-xml.ts";
import type { ListPlace } from "./numbering.ts";

/** What a style says about the paragraphs or characters that have it. */
export interface Style {
  /** Level of a heading, from 1. */
  readonly heading?: number | undefined;
  readonly list?: Partial<ListPlace> | undefined;
  /** Its text is not shown. */
  readonly hidden?: boolean | undefined;
}

/** Styles that are based on each other, deeper than which none are followed. */
const MOST_BASES = 20;

interface Read extends Style {
  readonly base?: string;
  readonly name?: string;
}

/**
 * Reads the styles of a DOCX that give text a meaning, not those of its looks.
 * @param xml the part `styles`, "" when there is none
 * @returns a style by its id with all that it takes over from those it is based on
 */
export function readStyles(xml: string): (id: string | undefined) => Style {
  const styles = new Map<string, Read>();
  let id: string | undefined;
  let standard: string | undefined;
  let style: { -readonly [Key in keyof Read]: Read[Key] } = {};
  scanXml(xml, {
    open(name, attributes) {
      if (name === "style") {
        id = attribute(attributes, "styleId");
        style = {};
        if (attribute(attributes, "type") === "paragraph" && attribute(attributes, "default") !== undefined)
          standard = id;
        return;
      }
      if (id === undefined) return;
      const value = attribute(attributes, "val") ?? "";
      if (name === "basedOn") style.base = value;
      else if (name === "name") style.name = value;
      else if (name === "numId") style.list = { ...style.list, list: Number.parseInt(value, 10) || 0 };
      else if (name === "ilvl") style.list = { ...style.list, level: Number.parseInt(value, 10) || 0 };
      else if (name === "outlineLvl") style.heading = headingOf(Number.parseInt(value, 10) + 1);
      else if (name === "vanish") style.hidden = isOn(value);
    },
    close(name) {
      if (name !== "style" || id === undefined) return;
      const named = /^heading ([1-9])$/i.exec(style.name ?? "")?.[1];
      styles.set(id, named === undefined ? style : { ...style, heading: Number(named) });
      id = undefined;
    },
    text() {},
  });
  return memoized((wanted) => resolve(styles, wanted ?? standard));
}

const headingOf = (level: number): number | undefined => (level >= 1 && level <= 9 ? level : undefined);

/** A switch of a property: one without a value is on. */
export const isOn = (value: string | undefined): boolean => !/^(?:0|false|off)$/.test(value ?? "");

function resolve(styles: ReadonlyMap<string, Read>, id: string | undefined): Style {
  const chain: Read[] = [];
  for (let at = id; at !== undefined && chain.length < MOST_BASES; ) {
    const style = styles.get(at);
    if (!style) break;
    chain.push(style);
    at = style.base;
  }
  return chain.reduceRight<Style>((inherited, { heading, list, hidden }) => {
    return {
      heading: heading ?? inherited.heading,
      list: list ? { ...inherited.list, ...list } : inherited.list,
      hidden: hidden ?? inherited.hidden,
    };
  }, {});
}

function memoized(read: (id: string | undefined) => Style): (id: string | undefined) => Style {
  const known = new Map<string | undefined, Style>();
  return (id) => {
    const style = known.get(id) ?? read(id);
    known.set(id, style);
    return style;
  };
}
