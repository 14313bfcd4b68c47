/**
 * Answers that speak of the request instead of the text: refusals, in whatever words, and what is said to the reader in their place.
 *
 * A summary is made of the words of its text, or, in another language, of what they mean. An answer that has next to none of them, and
 * consists of what conversations about a task are made of, tells of no text.
 *
 * @module
 */

import { isFunctionWord, languageOfText } from "../text-language.ts";
import { ADDRESS, isOnePerson, meanings, NEGATION, speaksOfSelf } from "./conversation-words.ts";
import { namesSpeaker } from "./told.ts";

/** A share of words that is no more than chance: a topic is named by refusals, too. */
const MOST_TOLD = 0.2;
/** Things of a conversation that must be spoken of; that somebody speaks, or is spoken to, is one. */
const LEAST_SIGNS = 3;
/** Two are enough where most words are of them, and none of the source. */
const LEAST_SIGNS_ALONE = 2;
const SHARE_ALONE = 0.5;
/** The share of the words that are of such things, with somebody who speaks or is spoken to, and without. */
const SHARE_SPOKEN = 0.2;
const SHARE_UNSPOKEN = 0.3;
/** So few words say nothing else. */
const FEW_WORDS = 3;
/** A longer answer is looked at in pieces, and must show more. */
const LONG_CHARACTERS = 600;
const LEAST_SIGNS_LONG = 4;

/** Of the forms of a word the ends differ. */
const STEM = 5;
const SYLLABLES = 2;
const isDense = (word: string): boolean => /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(word);
const isKorean = (word: string): boolean => /\p{Script=Hangul}/u.test(word);
const stemOf = (word: string): string => word.slice(0, isKorean(word) ? SYLLABLES : STEM);

/** Languages in which somebody who speaks of themselves says so by a word. */
const NAMES_SPEAKER: ReadonlySet<string> = new Set(["en", "de", "fr", "nl", "da", "no", "sv"]);

const segmenter = new Intl.Segmenter("und", { granularity: "word" });

/** A word that means something by itself. */
function isContent(word: string): boolean {
  if (isDense(word)) return word.length > 1 && !/^\p{Script=Hiragana}{1,3}$/u.test(word);
  if (isKorean(word)) return word.length > 1;
  return (word.length > 3 || /\d/.test(word)) && !isFunctionWord(word);
}

interface Word {
  readonly word: string;
  readonly start: number;
}

const contentOf = (text: string): Word[] =>
  [...segmenter.segment(text.toLowerCase().replaceAll("’", "'"))]
    .filter(({ isWordLike, segment }) => isWordLike && isContent(segment))
    .map(({ segment, index }) => ({ word: segment, start: index }));

/** Where a text speaks of a thing: a word or several. */
const placesOf = (thing: RegExp, text: string) =>
  Array.from(text.matchAll(new RegExp(thing, "giu")), ({ 0: found, index }) => ({
    start: index,
    end: index + found.length,
  }));

/** A text that answers are compared with, read when it is needed. */
class Source {
  readonly #text: string;
  readonly #folded: string;
  #stems: ReadonlySet<string> | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#folded = text.toLowerCase();
  }

  holds(word: string): boolean {
    if (isDense(word)) return this.#folded.includes(word);
    this.#stems ??= new Set((this.#folded.match(/\p{L}+|\p{N}+(?:[.,]\p{N}+)*/gu) ?? []).map(stemOf));
    return this.#stems.has(stemOf(word));
  }

  /** Whether the text speaks of such a thing itself, in whatever language. */
  speaksOf = (thing: RegExp): boolean => thing.test(this.#text);
  isSpokenByOne = (): boolean => speaksOfSelf(this.#text);
  /** Whether nobody speaks of themselves in it; languages that may leave the pronoun out do not tell. */
  isOfOthers = (): boolean => !this.isSpokenByOne() && NAMES_SPEAKER.has(languageOfText("auto", this.#text));
}

/** How summaries name what they tell of. */
const REPORTS =
  /(?<!\p{L})(?:the|this) (?:text|article|passage|document|story|author|message) (?:is (?:about|an?|also|on)|describes|tells|says|states|explains|discusses|summari[sz]es|reports|argues|talks|deals|asks|shows|notes)(?!\p{L})|(?<!\p{L})(?:der|dieser) (?:text|artikel|autor|beitrag) (?:handelt|beschreibt|berichtet|erzählt|erklärt|schildert)(?!\p{L})/giu;

/** What an answer is that speaks of the request: it declines, or says something else to the reader. */
export type Conversation = "refusal" | "talk";

/** What an answer, or a piece of one, speaks of that its source does not. */
interface Spoken {
  /** Whether it has next to no words of the source. */
  readonly isBeside: boolean;
  readonly speaks: boolean;
  readonly addresses: boolean;
  /** Things of a conversation, and one more where somebody speaks or is spoken to. */
  readonly signs: number;
  readonly kind: Conversation | undefined;
}

const nothing: Spoken = { isBeside: false, speaks: false, addresses: false, signs: 0, kind: undefined };

function read(given: string, source: Source): Spoken {
  const text = given.replace(REPORTS, " ");
  const named = Object.entries(meanings).filter(([, thing]) => thing.test(text));
  const isDenied = NEGATION.test(text);
  if ((named.length === 0 && !isDenied && !isOnePerson(text)) || namesSpeaker(text)) return nothing;
  const words = contentOf(text);
  const others = words.filter(({ word }) => !source.holds(word));
  const isBeside = words.length - others.length <= words.length * MOST_TOLD;
  if (!isBeside) return nothing;
  const found = named.filter(([, thing]) => !source.speaksOf(thing));
  const names = new Set(found.map(([name]) => name));
  const speaks = speaksOfSelf(text) && !source.isSpokenByOne();
  const addresses = ADDRESS.test(text) && !source.speaksOf(ADDRESS);
  const isSpoken = speaks || addresses;
  const signs = names.size + (isSpoken ? 1 : 0);
  const turnsAway = isDenied || ["refusal", "offer", "rule"].some((name) => names.has(name));
  const isFew = others.length <= FEW_WORDS;
  const places = found.flatMap(([, thing]) => placesOf(thing, text));
  const ofConversation = others.filter(({ word, start }) =>
    places.some((place) => place.start < start + word.length && start < place.end),
  ).length;
  const share = ofConversation / Math.max(1, others.length);
  const isApart = others.length === words.length;
  const saysMuch =
    (signs >= LEAST_SIGNS && (isFew || share >= (isSpoken ? SHARE_SPOKEN : SHARE_UNSPOKEN))) ||
    (signs >= LEAST_SIGNS_ALONE && isApart && share >= SHARE_ALONE);
  // Where a language leaves "I" out, a text in it may be by somebody who cannot do something.
  const isOwn = addresses || (speaks && source.isOfOthers());
  const saysNo = isDenied && isFew && isApart && (isOwn || names.has("apology"));
  // A text about others has no summary in which somebody speaks of themselves, with none of its words.
  const isOwnVoice = isApart && isOnePerson(text) && source.isOfOthers();
  const isRefusal = (turnsAway && (saysMuch || isOwnVoice)) || saysNo;
  const isTalk =
    isOwnVoice || (isApart && (signs >= LEAST_SIGNS_ALONE || names.has("service")) && share >= SHARE_ALONE);
  return { isBeside, speaks, addresses, signs, kind: isRefusal ? "refusal" : isTalk ? "talk" : undefined };
}

/**
 * What an answer that is to tell of a text says instead of it.
 * @param source the text: what that speaks of itself, in whatever language, is no sign
 * @returns undefined when it may tell of the text
 */
export function conversationIn(answer: string, source: string): Conversation | undefined {
  const text = answer.trim();
  const given = new Source(source);
  const whole = read(text, given);
  if (text.length <= LONG_CHARACTERS) return whole.kind;
  if (!whole.isBeside) return undefined;
  if (whole.signs > LEAST_SIGNS_LONG && whole.speaks && whole.addresses) return "refusal";
  const sentences = text.split(/(?<=[.!?])\s+|(?<=[。！？])/u);
  const pieces = sentences.map((_, at) => read(sentences.slice(at, at + 2).join(" "), given));
  const refuses = ({ kind, signs, speaks, addresses }: Spoken) =>
    kind === "refusal" && signs >= LEAST_SIGNS_LONG && (speaks || addresses);
  return pieces.some(refuses) ? "refusal" : undefined;
}

/** Whether an answer declines instead of telling of a text. */
export const speaksOfRequest = (answer: string, source: string): boolean =>
  conversationIn(answer, source) === "refusal";
