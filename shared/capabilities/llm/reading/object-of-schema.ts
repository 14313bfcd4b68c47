import { isDeepStrictEqual } from "node:util";
import {
  AnswerCutError,
  ContentFilterError,
  RefusalError,
  SchemaValidationError,
  UnreadableAnswerError,
} from "../../../../contracts/errors.ts";
import { bounded } from "../../../lib/http/server-words.ts";
import type { CompiledSchema, JsonObject } from "../../json-schema/compile-schema.ts";
import type { KnownZone } from "../../json-schema/fit-value.ts";
import { isObject, resolvePointer } from "../../json-schema/json-pointer.ts";
import { speaksOfRequest } from "./conversation.ts";
import { fieldsInText } from "./flat-fields.ts";
import { decoded, jsonValues, placedValues } from "./json-values.ts";
import { beforeLoop } from "./loop.ts";
import { isBroken, isErrorOf } from "./not-an-answer.ts";
import { type Answer, RAISE_MAX_TOKENS } from "./read-answer.ts";
import { filteredIn, refusalBeforeValue, refusalIn, refusalInValues, textsIn } from "./refusal.ts";
import { withoutUnstated } from "./unstated.ts";

function resolved(schema: unknown, root: Record<string, unknown>): Record<string, unknown> {
  if (!isObject(schema)) return {};
  return typeof schema.$ref === "string" ? resolved(resolvePointer(root, schema.$ref.slice(1)), root) : schema;
}

/** Where the schema's only property is a list, a bare list is meant for it. */
function listProperty(root: Record<string, unknown>): string | undefined {
  const { properties } = resolved(root, root);
  if (!isObject(properties)) return undefined;
  const [name, ...others] = Object.keys(properties);
  if (name === undefined || others.length > 0) return undefined;
  const { type, items } = resolved(properties[name], root);
  return type === "array" || (type === undefined && items !== undefined) ? name : undefined;
}

/** What a model encoded again. */
const opened = (value: unknown): unknown => (typeof value === "string" ? jsonValues(value).values[0] : value);

/** What is in a call of a tool, `{"name": "output", "arguments": {...}}`, or in the schema given back with values. */
function wrapped(value: Record<string, unknown>): unknown {
  if (Array.isArray(value.tool_calls) && isObject(value.tool_calls[0])) {
    const { function: called } = value.tool_calls[0];
    return isObject(called) ? opened(called.arguments) : undefined;
  }
  const names = Object.keys(value).sort().join();
  if (/^(?:id,)?(?:arguments,(?:function|name)|name,(?:input|parameters)|function,parameters)(?:,type)?$/.test(names)) {
    return opened(value.arguments ?? value.parameters ?? value.input);
  }
  const isSchema = /^(?:additionalProperties,)?properties(?:,required)?(?:,title)?,type$/.test(names);
  return isSchema && value.type === "object" ? value.properties : undefined;
}

/** Names of what stands around an answer. */
const ENVELOPE: ReadonlySet<string> = new Set(["arguments", "parameters", "input", "properties", "tool_calls"]);

/** The properties that a schema names. */
function namesOf(root: Record<string, unknown>): readonly string[] {
  const { properties } = resolved(root, root);
  return isObject(properties) ? Object.keys(properties) : [];
}

/** What stands beside an answer, and is none. */
const ASIDE = /think|thought|reason|analysis|error|example|beispiel|schema|input|request|metadata|usage/i;

/** The one object beside notes of the model's: `{"reasoning": "...", "answer": {...}}`, where the schema has none of the names. */
function besideNotes(value: Record<string, unknown>, root: Record<string, unknown>): unknown {
  const own = new Set(namesOf(root).map((name) => name.toLowerCase()));
  const names = Object.keys(value);
  if (own.size === 0 || names.some((name) => own.has(name.toLowerCase()))) return undefined;
  const held = names.filter((name) => !ASIDE.test(name)).map((name) => decoded(value[name]));
  const objects = held.filter((each) => isObject(each) || Array.isArray(each));
  return objects.length === 1 ? objects[0] : undefined;
}

/** How deep an answer may be wrapped: `{"data": {"result": [{...}]}}`. */
const MAX_WRAPS = 4;

/** The value, and what a model may have wrapped it in: `{"result": {...}}`. */
function readings(value: unknown, root: Record<string, unknown>, wraps = MAX_WRAPS): unknown[] {
  if (Array.isArray(value)) {
    const name = listProperty(root);
    const [first, ...others] = value;
    const only = decoded(first);
    const alone = others.length === 0 && isObject(only) && wraps > 0 ? readings(only, root, wraps - 1) : [];
    return name === undefined ? alone : [{ [name]: value }, ...alone];
  }
  if (!isObject(value)) return [];
  const [only, ...others] = Object.values(value);
  // Under a name of the schema's is a part of the answer, not the whole.
  const isPart = namesOf(root).some((name) => Object.hasOwn(value, name));
  const inner = others.length > 0 ? (wrapped(value) ?? besideNotes(value, root)) : isPart ? undefined : decoded(only);
  const isWrap = wraps > 0 && (isObject(inner) || Array.isArray(inner));
  if (!isWrap) return [value];
  // A call of a tool, or the schema, is not the answer itself, though an open schema lets everything be one.
  const own = others.length > 0 && !namesOf(root).some((name) => ENVELOPE.has(name)) ? [] : [value];
  return [...own, ...readings(inner, root, wraps - 1)];
}

/** What a model writes where a value is to be, in an example of the form. */
const PLACEHOLDER =
  /^(?:\[[A-Z_ ]{2,40}\]|\{{1,2}\s*\w+\s*\}{1,2}|\$\{?\w+\}?|x{3,}|\?+|string|text|integer|number|value|\.{3}|…|<[^<>]{1,60}>|your [\w ]{1,40}|(?:the )?(?:name|value) here)$/i;

/** Whether an object shows the form alone: every text in it stands for another one. */
function isExample(value: unknown, source: string): boolean {
  if (!isObject(value)) return false;
  const texts = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return (
    texts.length > 0 &&
    texts.every(
      ([name, each]) => (PLACEHOLDER.test(each.trim()) || each.trim() === name) && !source.includes(each.trim()),
    )
  );
}

/** Whether an object has none of the properties that an open schema names: it speaks of something else. */
function isForeign(value: unknown, root: Record<string, unknown>): boolean {
  const names = new Set(namesOf(root).map((name) => name.toLowerCase()));
  const { additionalProperties, patternProperties } = resolved(root, root);
  if (names.size === 0 || patternProperties !== undefined || (additionalProperties ?? false) !== false) return false;
  const given = isObject(value) ? Object.keys(value) : [];
  return given.length > 0 && given.every((name) => !names.has(name.toLowerCase()));
}

/** Whether a value is the schema that was asked by, or its properties: the model gave back what it was told. */
const isSchema = (value: unknown, root: Record<string, unknown>): boolean =>
  [root, root.properties].some((part) => isObject(part) && isDeepStrictEqual(value, part));

/** Objects of a line each, of different fields, are one. */
function merged({ text, values }: Answer): readonly unknown[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (values.length < 2 || lines.length !== values.length || !values.every(isObject)) return [];
  const names = values.flatMap((value) => Object.keys(value));
  return new Set(names).size === names.length ? [Object.assign({}, ...values)] : [];
}

/** Words between a draft and the answer. */
const CORRECTS =
  /\b(?:wait|corrected|correction|revised|final(?:ly)?|actually|instead|scratch that|korrigiert|korrektur|endgültig\w*|vielmehr)\b/i;

/** Whether a text takes back what it said first: "Wait, that is wrong". */
export const isCorrected = (text: string): boolean =>
  CORRECTS.test(text.replace(/\{[^{}]*\}/g, " ")) || /^\+\s*\{/m.test(text);

/** What is said before a value that is not the answer, and before one that is. */
const LEADS_ASIDE =
  /\b(?:examples?|e\.g\.|for instance|beispiele?|z\.\s?b\.|template|vorlage|input|eingabe|draft|entwurf|at first|initially|i thought|zuerst|not|nicht|sondern nicht)\b[^.!?{}]*$/i;
const LEADS_TO_ANSWER =
  /\b(?:answer|output|result|final|actual|antwort|ergebnis|ausgabe|but|sondern|therefore)\b[^.!?{}]*$/i;
const OTHERWISE = /^\W*(?:or|oder|alternatively|alternativ(?: dazu)?)\W*$/i;

const isOther = (value: unknown, before: unknown): boolean =>
  isObject(before) && Object.keys(before).length > 0 && !isDeepStrictEqual(value, before);

/** The values, in the order in which they are tried: the answer before an example, and the last one after "that is wrong". */
function inOrder({ text, values }: Answer): readonly unknown[] {
  if (values.length < 2) return values;
  const placed = placedValues(text).filter(({ value }) => isObject(value));
  // Two answers with "or" between them are none.
  if (placed.some(({ lead, value }, at) => OTHERWISE.test(lead) && isOther(value, placed[at - 1]?.value))) return [];
  const rank = (lead: string) => (LEADS_ASIDE.test(lead) ? 2 : LEADS_TO_ANSWER.test(lead) ? 0 : 1);
  const ranks = placed.map(({ lead }) => rank(lead));
  if (ranks.includes(2) || ranks.includes(0))
    return placed.toSorted((one, other) => rank(one.lead) - rank(other.lead)).map(({ value }) => value);
  return isCorrected(text) ? values.toReversed() : values;
}

/** An object of which another one holds everything, and more, was its beginning. */
const withoutBeginnings = (values: readonly unknown[]): readonly unknown[] =>
  values.filter((value) => !values.some((other) => other !== value && extendsValue(value, other)));

function extendsValue(value: unknown, other: unknown): boolean {
  if (!isObject(value) || !isObject(other)) return false;
  const names = Object.keys(value);
  if (names.length === 0 || names.length >= Object.keys(other).length) return false;
  return names.every((name) => Object.hasOwn(other, name) && isDeepStrictEqual(value[name], other[name]));
}

/** Tokens of a template, and whole thoughts, that stand in a value. */
const MARKUP =
  /<\|\/?(?:im_|eot|end|start|channel|assistant|user|system)[\w]*\|>|<think(?:ing)?>[\s\S]*<\/think(?:ing)?>/i;

/** Fewer words are a name or a phrase. */
const SENTENCE = /\S\s+\S+\s+\S/;

/** What an object was made of. */
export interface Given {
  /** The text that the model was given. */
  readonly source: string;
  /** A text of the object may decline a request, as the prompt tells the model when to. */
  readonly mayDecline?: boolean;
  /** The texts of the object are taken from the source: what speaks of the request instead is none of them. */
  readonly isTaken?: boolean;
  /** The zone of times that state no offset. */
  readonly zone?: KnownZone;
}

/**
 * What passes every schema that asks for a text, and is none.
 * @throws RefusalError; UnreadableAnswerError
 */
function checkTexts(object: JsonObject, { source, mayDecline = false, isTaken = false }: Given): void {
  for (const text of textsIn(object)) {
    if (text.length < 2 || source.includes(text)) continue;
    const isBeside = isTaken && SENTENCE.test(text) && speaksOfRequest(text, source);
    const refusal = mayDecline ? undefined : isBeside ? text : refusalIn(text, source);
    if (refusal) throw new RefusalError(`The model refused: ${bounded(refusal)}`);
    // Few letters are no fault of a value: a cron expression has hardly any.
    const isGarbage = beforeLoop(text).isLooping || isBroken(text, source);
    const kind = isGarbage ? "garbage" : isErrorOf(text, source) ? "an error" : undefined;
    if (kind || MARKUP.test(text))
      throw new UnreadableAnswerError(
        `The model answered with ${kind ?? "markup of its template"} in a value: ${bounded(text)}`,
      );
  }
}

/**
 * The object in an answer that validates against the schema: the first that does as it is, or else the first that does
 * once what is nearly right is put right.
 * @throws SchemaValidationError of the first object, when there are some and none fits
 * @throws AnswerCutError when the answer was cut before an object was whole
 * @throws RefusalError when the model refuses instead
 * @throws UnreadableAnswerError when the answer holds no JSON object
 */
export function objectOfSchema(answer: Answer, schema: CompiledSchema, given: Given): JsonObject {
  const { source } = given;
  const found = [...merged(answer), ...withoutBeginnings(inOrder(answer))].flatMap((value) =>
    readings(value, schema.schema),
  );
  const answers = found
    .filter((value) => !isExample(value, source) && !isForeign(value, schema.schema) && !isSchema(value, schema.schema))
    .map((value) => withoutUnstated(value, { schema: schema.schema, source }));
  const fields =
    found.length === 0 && !answer.isCut ? fieldsInText(answer.text, resolved(schema.schema, schema.schema)) : undefined;
  const candidates = fields === undefined ? answers : [fields];
  const refused = given.mayDecline ? undefined : refusalBeforeValue(answer.text, source);
  if (refused) throw new RefusalError(`The model refused: ${bounded(refused)}`);
  let first: SchemaValidationError | undefined;
  const fit = (value: unknown) => schema.fit(value, given.zone);
  for (const attempt of [schema.validate, fit]) {
    for (const candidate of candidates) {
      try {
        const object = attempt(candidate);
        checkTexts(object, given);
        return object;
      } catch (error) {
        if (!(error instanceof SchemaValidationError)) throw error;
        if (attempt === fit) first ??= error;
      }
    }
  }
  if (answer.isCut) {
    throw new AnswerCutError(`The answer was cut at MAX_TOKENS before its JSON was whole. ${RAISE_MAX_TOKENS}`);
  }
  const refusal = refusalInValues(found, source) ?? refusalIn(answer.text, source);
  if (refusal) throw new RefusalError(`The model refused: ${bounded(refusal)}`);
  if (first) throw first;
  const filtered = filteredIn(answer.text, source);
  if (filtered) throw new ContentFilterError(`The answer was replaced by a filter: ${bounded(filtered)}`);
  throw new UnreadableAnswerError(`The model did not answer with a JSON object but with: ${bounded(answer.text)}`);
}
