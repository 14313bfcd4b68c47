/**
 * Lookaheads in patterns that tools emit, as several patterns without: RE2 has none. Taken apart is what means the same
 * in pieces; a lookahead elsewhere is refused.
 *
 * @module
 */

/** A text matches when it matches all of `must` and none of `mustNot`. */
export interface PatternParts {
  readonly must: readonly string[];
  readonly mustNot: readonly string[];
}

/** Patterns of known generators whose lookaheads stand inside groups. */
const known: Readonly<Record<string, PatternParts>> = {
  // zod's z.iso.duration().
  "^P(?:(\\d+W)|(?!.*W)(?=\\d|T\\d)(\\d+Y)?(\\d+M)?(\\d+D)?(T(?=\\d)(\\d+H)?(\\d+M)?(\\d+([.,]\\d+)?S)?)?)$": {
    must: ["^P(?:\\d+W|(?:\\d+Y)?(?:\\d+M)?(?:\\d+D)?(?:T(?:\\d+H)?(?:\\d+M)?(?:\\d+(?:[.,]\\d+)?S)?)?)$"],
    mustNot: ["^P$|T$"],
  },
};

/** Tokens of a pattern: escapes, classes, heads of groups, single characters. */
const TOKEN = /\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|\(\?[=!]|\(\?<[=!]|\((?:\?(?::|<\w+>))?|[\s\S]/g;
/** What always matches the same number of characters. */
const FIXED_LENGTH = /^(?:(?:\\[^bBkpP\d]|\\d|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|[^\\()[\]{}*+?|^$])(?:\{\d+\})?)*$/;

interface Lookahead {
  readonly start: number;
  readonly end: number;
  readonly isNegative: boolean;
  readonly body: string;
}

/** The lookaheads that are in no group. @returns undefined when there are others, or an alternative beside them */
function topLevelLookaheads(source: string): Lookahead[] | undefined {
  const found: Lookahead[] = [];
  const open: { readonly token: string; readonly at: number }[] = [];
  for (const { 0: token, index } of source.matchAll(TOKEN)) {
    if (token === "|" && open.length === 0) return undefined;
    if (token.startsWith("(")) {
      const isLookahead = token === "(?=" || token === "(?!";
      if (token.startsWith("(?<") && !token.endsWith(">")) return undefined;
      if (isLookahead && open.length > 0) return undefined;
      open.push({ token, at: index });
    } else if (token === ")") {
      const group = open.pop();
      if (!group) return undefined;
      if (group.token !== "(?=" && group.token !== "(?!") continue;
      const body = source.slice(group.at + 3, index);
      found.push({ start: group.at, end: index + 1, isNegative: group.token === "(?!", body });
    }
  }
  return open.length === 0 ? found : undefined;
}

/** Whether a pattern looks ahead or behind. */
export const hasLookaround = (source: string): boolean =>
  [...source.matchAll(TOKEN)].some(({ 0: token }) => /^\(\?<?[=!]$/.test(token));

/**
 * Takes `^`, then what has a fixed length, then a lookahead, apart: where the lookahead looks from is then the same in
 * every match, so that it may be asked for by itself.
 * @returns undefined when it cannot be taken apart
 */
export function withoutLookaheads(source: string): PatternParts | undefined {
  if (Object.hasOwn(known, source)) return known[source];
  const lookaheads = topLevelLookaheads(source);
  if (!lookaheads || !source.startsWith("^")) return undefined;
  const must: string[] = [];
  const mustNot: string[] = [];
  let rest = "";
  let from = 1;
  for (const { start, end, isNegative, body } of lookaheads) {
    rest += source.slice(from, start);
    if (!FIXED_LENGTH.test(rest) || /^[*+?{]/.test(source.slice(end))) return undefined;
    (isNegative ? mustNot : must).push(`^${rest}(?:${body})`);
    from = end;
  }
  return { must: [...must, `^${rest}${source.slice(from)}`], mustNot };
}
