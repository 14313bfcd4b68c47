/**
 * Tells nouns from other words without a tagger: by the company they keep, and in German by their capital. Key phrases
 * are noun phrases (Hulth, "Improved Automatic Keyword Extraction Given More Linguistic Knowledge", EMNLP 2003).
 *
 * @module
 */

import type { EmbeddedLanguage, Language } from "./languages.ts";
import type { Term } from "./terms.ts";

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

/** Words that a noun phrase follows. */
const beforeNoun: Record<EmbeddedLanguage, ReadonlySet<string>> = {
  en: set(
    "the a an of in on at for with from by about through into under over between this that these those its their his her our my your each every some many few several no most all",
  ),
  de: set("der die das des dem den ein eine einen einem eines einer im am zum zur vom beim ins"),
};

/** Words that a verb follows. */
const beforeVerb: Record<EmbeddedLanguage, ReadonlySet<string>> = {
  en: set(
    "to will would can could may might must shall should i you he she it we they who not never don't doesn't didn't can't cannot won't",
  ),
  de: set(""),
};

const ENGLISH_NON_NOUN = /(?:ly|[^e]ed)$/;
const ENGLISH_ADJECTIVE = /(?:ous|ful|less|able|ible|ical|ive|est)$/;

/** Words of a text that can end a key phrase, and German adjectives that can begin one. */
export interface NounEvidence {
  isNoun(term: Term): boolean;
  canModify(term: Term): boolean;
}

/** How often a word appears where only nouns do. */
export function nounEvidence(
  terms: readonly Term[],
  language: Language,
  startsSentence: (at: number) => boolean,
): NounEvidence {
  const balance = new Map<string, number>();
  const capitals = new Map<string, { inside: number; lower: number }>();
  terms.forEach((term, at) => {
    if (!term.content) return;
    const before = terms[at - 1]?.lower ?? "";
    const change = beforeNoun[language.code].has(before) ? 1 : beforeVerb[language.code].has(before) ? -1.5 : 0;
    balance.set(term.lower, (balance.get(term.lower) ?? 0) + change);
    const count = capitals.get(term.lower) ?? { inside: 0, lower: 0 };
    if (/^\p{Ll}/u.test(term.surface)) count.lower++;
    else if (!startsSentence(at)) count.inside++;
    capitals.set(term.lower, count);
  });
  const german = (term: Term): boolean => {
    if (!/^\p{Lu}/u.test(term.surface)) return false;
    const count = capitals.get(term.lower);
    return count !== undefined && (count.inside > 0 || count.lower === 0);
  };
  const english = (term: Term): boolean =>
    (balance.get(term.lower) ?? 0) >= 0 && !ENGLISH_NON_NOUN.test(term.lower) && !ENGLISH_ADJECTIVE.test(term.lower);
  return {
    isNoun: language.capitalNouns ? german : english,
    canModify: language.capitalNouns
      ? (term) => german(term) || /(?:en|e|er|es|em)$/.test(term.lower)
      : (term) => (balance.get(term.lower) ?? 0) >= 0 && !/ly$/.test(term.lower),
  };
}
