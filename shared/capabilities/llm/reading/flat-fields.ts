/**
 * The fields of an object that a model wrote without JSON: lines of YAML or a list, elements, arguments of a call.
 *
 * @module
 */

import { isObject } from "../../json-schema/json-pointer.ts";

const LINE =
  /^\s*(?:[-*•]\s+)?[*_"'`]{0,3}([\p{L}_][\p{L}\p{N}_ -]{0,60}?)[*_"'`]{0,3}\s*[:=][*_]{0,3}[^\S\n]*(\S[^\n]*?)?[,;]?\s*$/gmu;
const ELEMENT = /<(?:parameter(?:=|\s+name=["']?))?([\p{L}_][\w-]{0,60})["']?>\s*([^<>]*?)\s*<\/(?:parameter|\1)>/gu;
const ARGUMENT = /<arg_key>\s*([^<>]{1,60}?)\s*<\/arg_key>\s*<arg_value>\s*([^<>]*?)\s*<\/arg_value>/g;
const FENCE = /^\s*(?:```|~~~)[^\n]*\n([\s\S]*?)\n?\s*(?:```|~~~)\s*$/;
const QUOTED = /^(["'`])(.*)\1$/s;

function pairsIn(text: string): (readonly [string, string])[] {
  const body = FENCE.exec(text)?.[1] ?? text;
  for (const form of [ARGUMENT, ELEMENT]) {
    const found = [...body.matchAll(form)];
    if (found.length > 0) return found.map(([, name = "", value = ""]) => [name, value] as const);
  }
  const lines = body.split("\n").filter((line) => !/^\s*(?:---|\.\.\.)?\s*$/.test(line));
  const found = [...body.matchAll(LINE)];
  // Every line is a field: prose that holds a colon is none.
  return found.length === lines.length ? found.map(([, name = "", value = ""]) => [name.trim(), value] as const) : [];
}

/**
 * An object of the fields of a text, where every name is one of the schema's and none occurs twice.
 * @returns undefined when there is none
 */
export function fieldsInText(
  text: string,
  { properties }: Record<string, unknown>,
): Record<string, unknown> | undefined {
  if (!isObject(properties)) return undefined;
  const names = new Map(Object.keys(properties).map((name) => [name.toLowerCase(), name]));
  const object: Record<string, unknown> = {};
  const pairs = pairsIn(text);
  for (const [given, value] of pairs) {
    const name = names.get(given.toLowerCase()) ?? names.get(given.toLowerCase().replaceAll(/[\s-]+/g, "_"));
    if (
      name === undefined ||
      Object.hasOwn(object, name) ||
      /^[[{|>]|&\w+=|["'}\]]\s*,\s*["']?\w+["']?\s*:/.test(value)
    )
      return undefined;
    object[name] = /^(?:null|~)?$/.test(value) ? null : (QUOTED.exec(value)?.[2] ?? value);
  }
  return pairs.length > 0 ? object : undefined;
}
