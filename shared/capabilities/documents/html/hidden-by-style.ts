/**
 * What the style sheets of a page hide: `display: none` and `visibility: hidden` for elements by their name, class and id.
 * Rules that depend on where an element stands, or on the screen, hide nothing here; where one may show what another one
 * hides, it is shown.
 *
 * @module
 */

import { parseHtml } from "../../markdown/parse-html.ts";

type Attributes = Readonly<Record<string, string>>;

/** Rules about display and visibility that are looked at; pages have a few dozens. */
const MOST_RULES = 2_000;
/** Conditions within conditions. */
const MOST_NESTED = 5;
/** Characters of a selector. */
const LONGEST_SELECTOR = 500;
/** Characters of style sheets that are read. */
const MOST_STYLE = 2_000_000;

/** The properties that hide an element, and the values that do. */
const HIDING = { display: "none", visibility: "hidden" } as const;
type Property = keyof typeof HIDING;

interface Rule {
  /** "" for any. */
  readonly tag: string;
  readonly id: string;
  readonly classes: readonly string[];
  readonly property: Property;
  readonly hides: boolean;
  /** What decides between rules: the larger one holds, the later one of two alike. */
  readonly weight: number;
  /** Whether it holds of some elements of this kind, or on some screens, alone. */
  readonly isConditional: boolean;
}

/** What pages say when a pointer or a key is on something: nothing of it holds when the page is opened. */
const BY_USER = /:(?:hover|focus|active|target|checked|visited)/i;
const COMPOUND = /^([a-z][\w-]*|\*)?((?:[.#][\w-]+)*)$/i;

/** Elements that style sheets hide. */
export class HiddenByStyle {
  readonly #rules: Rule[] = [];
  readonly #known = new Map<string, boolean | undefined>();

  constructor(html: string) {
    // Most messages and many pages have no style sheet: they are read once.
    if (!/<style\b/i.test(html)) return;
    for (const css of styleSheets(html)) this.#read(withoutComments(css), false);
  }

  /** Whether an element is hidden; undefined where no style sheet says anything of it. */
  of(tag: string, { class: classes = "", id = "" }: Attributes): boolean | undefined {
    if (this.#rules.length === 0) return undefined;
    const key = `${tag} ${id} ${classes}`;
    if (!this.#known.has(key)) this.#known.set(key, this.#decide(tag, { classes: new Set(classes.split(/\s+/)), id }));
    return this.#known.get(key);
  }

  #decide(tag: string, { classes, id }: { readonly classes: ReadonlySet<string>; readonly id: string }) {
    const matching = this.#rules.filter(
      (rule) =>
        (rule.tag === "" || rule.tag === tag) &&
        (rule.id === "" || rule.id === id) &&
        rule.classes.every((name) => classes.has(name)),
    );
    const said = (["display", "visibility"] as const).map((property) => {
      const about = matching.filter((rule) => rule.property === property);
      const sure = about.filter(({ isConditional }) => !isConditional);
      if (sure.length === 0) return undefined;
      const last = sure.reduce((best, rule) => (rule.weight >= best.weight ? rule : best));
      return last.hides && !about.some(({ isConditional, hides }) => isConditional && !hides);
    });
    return said.includes(true) ? true : said[0];
  }

  /** Reads rules, and those within rules that depend on something. */
  #read(css: string, isConditional: boolean, depth = 0): void {
    for (let at = 0; at < css.length; ) {
      const open = css.indexOf("{", at);
      if (open < 0) return;
      const close = endOfBlock(css, open);
      // What ends with a semicolon before it, such as an import, is no part of it.
      const before = css.slice(at, open);
      const head = before.slice(before.lastIndexOf(";") + 1).trim();
      const body = css.slice(open + 1, close);
      at = close + 1;
      const media = /^@(media|supports|layer|container)\b(.*)$/is.exec(head);
      if (media && depth < MOST_NESTED) {
        const condition = media[2]?.trim().toLowerCase() ?? "";
        if (!/^print\b/.test(condition))
          this.#read(body, isConditional || !/^(?:all|screen|only screen)?$/.test(condition), depth + 1);
      } else if (!head.startsWith("@")) this.#add(head, body, isConditional);
    }
  }

  #add(selectors: string, body: string, isConditional: boolean): void {
    for (const property of ["display", "visibility"] as const) {
      const value = lastValueOf(body, property);
      if (value === undefined) continue;
      for (const selector of selectors.split(",")) {
        if (this.#rules.length >= MOST_RULES || selector.length > LONGEST_SELECTOR || BY_USER.test(selector)) continue;
        const parts = selector.trim().split(/[\s>+~]+/);
        const last = (parts.at(-1) ?? "").replace(/::?[\w-]+(?:\([^)]*\))?|\[[^\]]*\]/g, "");
        const found = COMPOUND.exec(last);
        if (!found || (last === "" && parts.length > 1)) continue;
        const named = found[2]?.match(/[.#][\w-]+/g) ?? [];
        const ids = named.filter((name) => name.startsWith("#"));
        const isPart = parts.length > 1 || last !== selector.trim();
        const hides = value.word === HIDING[property];
        // A rule for some of them alone hides none.
        if (hides && (isPart || isConditional)) continue;
        this.#rules.push({
          tag: found[1] === "*" ? "" : (found[1] ?? "").toLowerCase(),
          id: ids[0]?.slice(1) ?? "",
          classes: named.filter((name) => name.startsWith(".")).map((name) => name.slice(1)),
          property,
          hides,
          weight:
            (value.isImportant ? 1e6 : 0) + 1e4 * ids.length + 100 * (named.length - ids.length) + (found[1] ? 1 : 0),
          isConditional: isPart || isConditional,
        });
      }
    }
  }
}

function styleSheets(html: string): string[] {
  const sheets: string[] = [];
  let [inside, characters] = [false, 0];
  parseHtml(html, {
    onopentag(tag, { media = "" }) {
      if (tag !== "style") return;
      inside = !/^\s*print\b/i.test(media);
      sheets.push("");
    },
    onclosetag(tag) {
      if (tag === "style") inside = false;
    },
    ontext(text) {
      if (!inside || characters > MOST_STYLE) return;
      characters += text.length;
      sheets.push(`${sheets.pop() ?? ""}${text}`);
    },
  });
  return sheets;
}

function withoutComments(css: string): string {
  const parts: string[] = [];
  for (let at = 0; at < css.length; ) {
    const open = css.indexOf("/*", at);
    parts.push(css.slice(at, open < 0 ? css.length : open));
    const close = open < 0 ? -1 : css.indexOf("*/", open + 2);
    if (close < 0) break;
    at = close + 2;
  }
  // Old pages hide their style sheets from older programs.
  return parts.join(" ").replace(/<!--|-->/g, " ");
}

/** Where a block ends, with the blocks within it; at the end of the sheet where it does not. */
function endOfBlock(css: string, open: number): number {
  let depth = 0;
  for (let at = open; at < css.length; at++) {
    if (css[at] === "{") depth++;
    else if (css[at] === "}" && --depth === 0) return at;
  }
  return css.length;
}

/** The last value of a property among declarations. */
function lastValueOf(
  body: string,
  property: Property,
): { readonly word: string; readonly isImportant: boolean } | undefined {
  let found: { readonly word: string; readonly isImportant: boolean } | undefined;
  for (const declaration of body.split(";")) {
    const colon = declaration.indexOf(":");
    if (colon < 0 || declaration.slice(0, colon).trim().toLowerCase() !== property) continue;
    const [word = "", ...rest] = declaration
      .slice(colon + 1)
      .trim()
      .toLowerCase()
      .split(/\s+|(?=!)/);
    found = { word, isImportant: rest.join("").includes("!important") };
  }
  return found;
}
