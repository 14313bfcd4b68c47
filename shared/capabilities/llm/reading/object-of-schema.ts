import {
  AnswerCutError,
  RefusalError,
  SchemaValidationError,
  UnreadableAnswerError,
} from "../../../../contracts/errors.ts";
import { bounded } from "../../../lib/http/server-words.ts";
import type { CompiledSchema, JsonObject } from "../../json-schema/compile-schema.ts";
import { isObject, resolvePointer } from "../../json-schema/json-pointer.ts";
import { fieldsInText } from "./flat-fields.ts";
import { jsonValues } from "./json-values.ts";
import { type Answer, RAISE_MAX_TOKENS } from "./read-answer.ts";
import { refusalIn } from "./refusal.ts";

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

/** How deep an answer may be wrapped: `{"data": {"result": [{...}]}}`. */
const MAX_WRAPS = 4;

/** The value, and what a model may have wrapped it in: `{"result": {...}}`. */
function readings(value: unknown, root: Record<string, unknown>, wraps = MAX_WRAPS): unknown[] {
  if (Array.isArray(value)) {
    const name = listProperty(root);
    const [only, ...others] = value;
    const alone = others.length === 0 && isObject(only) && wraps > 0 ? readings(only, root, wraps - 1) : [];
    return name === undefined ? alone : [{ [name]: value }, ...alone];
  }
  if (!isObject(value)) return [];
  const [only, ...others] = Object.values(value);
  const inner = others.length === 0 ? only : wrapped(value);
  const isWrap = wraps > 0 && (isObject(inner) || Array.isArray(inner));
  return isWrap ? [value, ...readings(inner, root, wraps - 1)] : [value];
}

/** What a model writes where a value is to be, in an example of the form. */
const PLACEHOLDER =
  /^(?:string|text|integer|number|value|\.{3}|…|<[^<>]{1,60}>|your [\w ]{1,40}|(?:the )?(?:name|value) here)$/i;

/** Whether an object shows the form alone: every text in it stands for another one. */
function isExample(value: unknown, source: string): boolean {
  if (!isObject(value)) return false;
  const texts = Object.values(value).filter((each) => typeof each === "string");
  return texts.length > 0 && texts.every((each) => PLACEHOLDER.test(each.trim()) && !source.includes(each.trim()));
}

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

/** The values, in the order in which they are tried: after "Wait, that is wrong", the last one first. */
function inOrder({ text, values }: Answer): readonly unknown[] {
  if (values.length < 2) return values;
  const isCorrected = CORRECTS.test(text.replace(/\{[^{}]*\}/g, " ")) || /^\+\s*\{/m.test(text);
  return isCorrected ? values.toReversed() : values;
}

/**
 * The object in an answer that validates against the schema: the first that does as it is, or else the first that does
 * once what is nearly right is put right.
 * @param source the text that the model was given
 * @throws SchemaValidationError of the first object, when there are some and none fits
 * @throws AnswerCutError when the answer was cut before an object was whole
 * @throws RefusalError when the model refuses instead
 * @throws UnreadableAnswerError when the answer holds no JSON object
 */
export function objectOfSchema(answer: Answer, schema: CompiledSchema, source: string): JsonObject {
  const found = [...merged(answer), ...inOrder(answer)].flatMap((value) => readings(value, schema.schema));
  const answers = found.filter((value) => !isExample(value, source));
  const fields =
    found.length === 0 && !answer.isCut ? fieldsInText(answer.text, resolved(schema.schema, schema.schema)) : undefined;
  const candidates = fields === undefined ? answers : [fields];
  let first: SchemaValidationError | undefined;
  for (const attempt of [schema.validate, schema.fit]) {
    for (const candidate of candidates) {
      try {
        return attempt(candidate);
      } catch (error) {
        if (!(error instanceof SchemaValidationError)) throw error;
        if (attempt === schema.fit) first ??= error;
      }
    }
  }
  if (answer.isCut) {
    throw new AnswerCutError(`The answer was cut at MAX_TOKENS before its JSON was whole. ${RAISE_MAX_TOKENS}`);
  }
  if (first) throw first;
  const refusal = refusalIn(answer.text, source);
  if (refusal) throw new RefusalError(`The model refused: ${bounded(refusal)}`);
  throw new UnreadableAnswerError(`The model did not answer with a JSON object but with: ${bounded(answer.text)}`);
}
