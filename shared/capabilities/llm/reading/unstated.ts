/**
 * Words for nothing that a model writes into a text because its schema wants one: "N/A", "not mentioned in the request".
 *
 * @module
 */

import { isObject, resolvePointer } from "../../json-schema/json-pointer.ts";

const UNSTATED =
  /^\W*(?:n\/?a|null|none|nil|undefined|unknown|not (?:specified|stated|given|mentioned|applicable|provided|available|found|known)(?: (?:in|by) the (?:request|text|message|input))?|no (?:information|data)(?: (?:given|provided|available))?|unbekannt|nicht (?:angegeben|genannt|bekannt|vorhanden|erwähnt)|keine angaben?|k\.\s?a\.|entfällt)\W*$/i;

const SIGNS = /^[-–—?]{1,3}$/;

interface Against {
  readonly schema: Record<string, unknown>;
  /** The text that the model was given: a word that stands there is a value. */
  readonly source: string;
}

function resolved(schema: unknown, root: Record<string, unknown>): Record<string, unknown> {
  if (!isObject(schema)) return {};
  return typeof schema.$ref === "string" ? resolved(resolvePointer(root, schema.$ref.slice(1)), root) : schema;
}

const saysNothing = (text: string, source: string): boolean =>
  SIGNS.test(text.trim()) || (UNSTATED.test(text) && !source.includes(text.trim().toLowerCase()));

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
      if (typeof child !== "string" || own.type === undefined || !saysNothing(child, folded) || isNamed(child, own))
        return [[name, clean(child, own)]];
      return [own.type].flat().includes("null") ? [[name, null]] : [];
    });
    return Object.fromEntries(entries);
  };
  return clean(value, schema);
}
