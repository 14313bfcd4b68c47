/**
 * Markers of sources in a text, `[1]`: those that name a source stay, in one spelling; the others are removed.
 *
 * @module
 */

/** A text whose markers all name a source. */
export interface Marked {
  readonly text: string;
  /** Numbers of the sources that are named, in order. */
  readonly used: readonly number[];
  /** Markers that named none. */
  readonly removed: number;
}

const NUMBERS = String.raw`\d{1,3}(?:\s*(?:[,;&+–-]|and|und|to|bis)\s*\d{1,3})*`;
const LABEL = String.raw`(?:sources?|quellen?|refs?\.?|references?|nr\.?|no\.?|#)\s*:?\s*`;
/**
 * `[1]`, `[^1]`, `[1, 2]`, `[1-3]`, `[Source 1]`, `【1†source】`, and `[n]` as prompts spell it, with what is before it. A
 * link `[1](...)`, its definition `[1]: ...` and code are left out.
 */
const MARKER = new RegExp(
  String.raw`(?<code>\x60{3}[\s\S]*?\x60{3}|\x60[^\x60\n]*\x60)|(?<space>[^\S\n]*)(?:\[\^?(?:${LABEL})?(?<numbers>${NUMBERS}|n)\](?!\(|:\s)|【(?<wide>\d{1,3})[^】\n]{0,30}】|\[(?<title>[^\][\n]{3,300})\](?!\(|:\s))`,
  "giu",
);

/** "1, 3-5" to 1, 3, 4, 5. */
function numbersOf(list: string): number[] {
  const numbers: number[] = [];
  let isRange = false;
  for (const token of list.toLowerCase().match(/\d+|and|und|to|bis|[,;&+–-]/g) ?? []) {
    if (!/^\d/.test(token)) {
      isRange = /^(?:to|bis|[–-])$/.test(token);
      continue;
    }
    const number = Number(token);
    const from = numbers.at(-1);
    if (isRange && from !== undefined) for (let each = from + 1; each < number; each++) numbers.push(each);
    numbers.push(number);
    isRange = false;
  }
  return numbers;
}

const sameTitle = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/**
 * Settles the markers of a text.
 * @param titles of the sources; the first is number 1, and undefined is none. Where there are none, every marker is removed
 */
export function settleMarkers(text: string, titles: readonly (string | undefined)[]): Marked {
  const numbersByTitle = new Map(titles.map((title, index) => [sameTitle(title ?? ""), index + 1]));
  numbersByTitle.delete("");
  const used = new Set<number>();
  let removed = 0;
  const settled = text.replace(MARKER, (whole: string, ...rest: unknown[]) => {
    const groups = rest.at(-1) as Partial<Record<"code" | "space" | "numbers" | "wide" | "title", string>>;
    if (groups.code !== undefined) return whole;
    let named: number[];
    if (groups.title !== undefined) {
      const number = numbersByTitle.get(sameTitle(groups.title.replace(new RegExp(`^${LABEL}`, "iu"), "")));
      // Brackets have other uses: an omission, a word that an editor has put in.
      if (number === undefined) return whole;
      named = [number];
    } else named = numbersOf(groups.numbers ?? groups.wide ?? "");
    const resolved = [...new Set(named)].filter((number) => titles[number - 1] !== undefined);
    if (resolved.length < new Set(named).size || named.length === 0) removed += 1;
    for (const number of resolved) used.add(number);
    if (resolved.length === 0) return "";
    return `${groups.space ?? ""}${resolved.map((number) => `[${number}]`).join("")}`;
  });
  return { text: settled, used: [...used].toSorted((one, other) => one - other), removed };
}
