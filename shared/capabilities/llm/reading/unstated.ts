/**
 * Words for nothing that a model writes into a text because its schema wants one: "N/A", "not mentioned in the request".
 *
 * @module
 */

import { isObject, resolvePointer } from "../../json-schema/json-pointer.ts";

const UNSTATED =
  /^\W*(?:n\/?a|null|none|nil|undefined|unknown|not (?:specified|stated|given|mentioned|applicable|provided|available|found|known)(?: (?:in|by) the (?:request|text|message|input))?|no (?:information|data)(?: (?:given|provided|available))?|unbekannt|nicht (?:angegeben|genannt|bekannt|vorhanden|erwähnt)|keine angaben?|k\.\s?a\.|entfällt)\W*$/i;

const SIGNS = /^[-–—?]{1,3}$/;
/** The same in other spellings. */
const NOT_APPLICABLE = /\bn\.?\s?\/?\s?a\b/i;
const NEGATION = "\\b(?:no|not|none|without|never|neither|cannot|kein\\w*|ohne|nicht|weder)\\b|n['’]t\\b";
/** Words for nothing that say of a thing that there is none of it. */
const NONE =
  /^\W*(?:none|nil|no (?:information|data)|keine?[rsn]?|entfällt|not (?:available|applicable|given|known))\W*$/i;

interface Against {
  readonly schema: Record<string, unknown>;
  /** The text that the model was given: a word that stands there is a value. */
  readonly source: string;
}

function resolved(schema: unknown, root: Record<string, unknown>): Record<string, unknown> {
  if (!isObject(schema)) return {};
  return typeof schema.$ref === "string" ? resolved(resolvePointer(root, schema.$ref.slice(1)), root) : schema;
}

/** A dash or a question mark that stands where a value does: behind a colon, in a cell, at the end of a line. */
function standsAsValue(signs: string, source: string): boolean {
  const own = signs.replaceAll("?", "\\?");
  return new RegExp(String.raw`[:=|;,(>"'\t]\s*${own}(?=\s|[|;,)<"']|$)|\s${own}[^\S\n]*$`, "m").test(source);
}

/** Whether a text denies what a property names: "He has no allergies", of `allergies`. */
function isDenied(name: string, source: string): boolean {
  const words = name.match(/\p{Lu}?\p{Ll}{3,}|\p{Lu}{4,}/gu) ?? [];
  return words.some((word) => new RegExp(`(?:${NEGATION})[^.!?\n]{0,40}\\b${word.slice(0, 5)}`, "iu").test(source));
}

/** What a text says of a property. */
interface Said {
  readonly name: string;
  readonly text: string;
}

function saysNothing({ name, text: given }: Said, source: string): boolean {
  const text = given.trim();
  if (SIGNS.test(text)) return !standsAsValue(text, source);
  if (!UNSTATED.test(text) || source.includes(text.toLowerCase())) return false;
  if (NOT_APPLICABLE.test(text)) return !/\bn(?:\/|\.\s?)a\b/i.test(source);
  return !(NONE.test(text) && isDenied(name, source));
}

/** Whether the schema itself names the word, as an enum with `unknown` does. */
const isNamed = (word: string, part: Record<string, unknown>): boolean =>
  JSON.stringify(part).toLowerCase().includes(`"${word.trim().toLowerCase()}"`);

/**
 * A value without the texts that say nothing: as if the model had left them out, or as null where that is allowed. A
 * required one is missing then.
 */
export function withoutUnstated(value: unknown, { schema, source }: Against): unknown {
  const folded = source.toLowerCase();
  const clean = (given: unknown, subschema: unknown): unknown => {
    const part = resolved(subschema, schema);
    if (Array.isArray(given)) return given.map((each) => clean(each, part.items));
    if (!isObject(given) || !isObject(part.properties)) return given;
    const { properties } = part;
    const entries = Object.entries(given).flatMap(([name, child]): [string, unknown][] => {
      const own = resolved(properties[name], schema);
      if (
        typeof child !== "string" ||
        own.type === undefined ||
        !saysNothing({ name, text: child }, folded) ||
        isNamed(child, own)
      )
        return [[name, clean(child, own)]];
      return [own.type].flat().includes("null") ? [[name, null]] : [];
    });
    return Object.fromEntries(entries);
  };
  return clean(value, schema);
}
