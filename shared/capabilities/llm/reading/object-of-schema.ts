import {
  AnswerCutError,
  RefusalError,
  SchemaValidationError,
  UnreadableAnswerError,
} from "../../../../contracts/errors.ts";
import { bounded } from "../../../lib/http/server-words.ts";
import type { CompiledSchema, JsonObject } from "../../json-schema/compile-schema.ts";
import { isObject, resolvePointer } from "../../json-schema/json-pointer.ts";
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

/** What stands in a call of a tool, `{"name": "output", "arguments": {...}}`, or in the schema given back with values. */
function wrapped(value: Record<string, unknown>): unknown {
  const names = Object.keys(value).sort().join();
  if (/^(?:id,)?(?:arguments,(?:function|name)|name,(?:input|parameters)|function,parameters)(?:,type)?$/.test(names)) {
    return value.arguments ?? value.parameters ?? value.input;
  }
  const isSchema = /^(?:additionalProperties,)?properties(?:,required)?(?:,title)?,type$/.test(names);
  return isSchema && value.type === "object" ? value.properties : undefined;
}

/** The value, and what a model may have wrapped it in: `{"result": {...}}`. */
function readings(value: unknown, root: Record<string, unknown>): unknown[] {
  if (Array.isArray(value)) {
    const name = listProperty(root);
    const [only, ...others] = value;
    const alone = others.length === 0 && isObject(only) ? [only] : [];
    return name === undefined ? alone : [{ [name]: value }, ...alone];
  }
  if (!isObject(value)) return [];
  const [only, ...others] = Object.values(value);
  const inner = others.length === 0 ? only : wrapped(value);
  return isObject(inner) ? [value, inner] : [value];
}

/** What is said between a draft and the answer. */
const CORRECTS =
  /\b(?:wait|corrected|correction|revised|final(?:ly)?|actually|instead|scratch that|korrigiert|korrektur|endgültig\w*|vielmehr)\b/i;

/** The values, in the order in which they are tried: after "Wait, that is wrong", the last one first. */
function inOrder({ text, values }: Answer): readonly unknown[] {
  if (values.length < 2) return values;
  return CORRECTS.test(text.replace(/\{[^{}]*\}/g, " ")) ? values.toReversed() : values;
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
  const candidates = inOrder(answer).flatMap((value) => readings(value, schema.schema));
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
