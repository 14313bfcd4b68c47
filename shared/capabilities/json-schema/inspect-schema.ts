/**
 * Refuses JSON Schemas that could cost more than they are worth: the schema comes from whoever submits a job. What
 * passes has no reference outside itself, no recursion, and a bounded number of subschemas even after every reference is
 * followed, so that compiling and validating are bounded too.
 *
 * @module
 */

import { escapeSegment, isObject, resolvePointer } from "./json-pointer.ts";
import { linearPattern, patternSize } from "./linear-pattern.ts";
import { schemaKeywords } from "./modernize-schema.ts";
import { RefusedSchemaError } from "./refused-schema-error.ts";

const schemaLimits = {
  /** Of the schema as JSON text. */
  characters: 65_536,
  /** Levels of nesting in the JSON. */
  jsonDepth: 64,
  /** Levels of subschemas, references followed. */
  depth: 24,
  /** Subschemas, each counted as often as a reference leads to it. */
  subschemas: 2_000,
  /** Steps of all patterns together (patternSize). */
  patternSteps: 20_000,
} as const;

/** Keywords that would change what a reference means, or make validation asynchronous (Ajv's `$async`). */
const refused = ["$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor", "$anchor", "$async"];

function refuse(pointer: string, why: string): never {
  throw new RefusedSchemaError(pointer, why);
}

/** Iterative, because the nesting is what is in doubt. */
function checkJsonDepth(schema: unknown, at: string): void {
  let level: unknown[] = [schema];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > schemaLimits.jsonDepth) refuse(at, `is nested deeper than ${schemaLimits.jsonDepth} levels`);
    level = level.flatMap((value) => (typeof value === "object" && value !== null ? Object.values(value) : []));
  }
}

class Inspection {
  private readonly root: unknown;
  private readonly at: string;
  private subschemas = 0;
  private patternSteps = 0;
  private readonly open = new Set<object>();

  constructor(root: unknown, at: string) {
    this.root = root;
    this.at = at;
  }

  visit(schema: unknown, pointer: string, depth: number): void {
    if (typeof schema === "boolean") return;
    if (!isObject(schema)) refuse(pointer, "must be a schema: an object or a boolean");
    if (this.open.has(schema)) refuse(pointer, "refers to itself; recursive schemas are not supported");
    if (depth > schemaLimits.depth) refuse(pointer, `lies deeper than ${schemaLimits.depth} levels`);
    if (++this.subschemas > schemaLimits.subschemas) {
      refuse(this.at, `has more than ${schemaLimits.subschemas} subschemas once its references are followed`);
    }
    this.open.add(schema);
    for (const keyword of refused) if (keyword in schema) refuse(`${pointer}/${keyword}`, "is not supported");
    if (depth > 0 && "$id" in schema) refuse(`${pointer}/$id`, "is not supported inside a schema");
    this.patterns(schema, pointer);
    this.reference(schema, pointer, depth);
    for (const [child, childPointer] of children(schema, pointer)) this.visit(child, childPointer, depth + 1);
    this.open.delete(schema);
  }

  private patterns(schema: Record<string, unknown>, pointer: string): void {
    const check = (source: string, where: string) => {
      this.patternSteps += patternSize(source);
      if (this.patternSteps > schemaLimits.patternSteps) refuse(where, "is one pattern too many for one schema");
      const pattern = linearPattern(source);
      if (typeof pattern === "string") refuse(where, pattern);
    };
    if (typeof schema.pattern === "string") check(schema.pattern, `${pointer}/pattern`);
    if (isObject(schema.patternProperties)) {
      for (const key of Object.keys(schema.patternProperties)) {
        check(key, `${pointer}/patternProperties/${escapeSegment(key)}`);
      }
    }
  }

  private reference(schema: Record<string, unknown>, pointer: string, depth: number): void {
    if (!("$ref" in schema)) return;
    const { $ref: reference } = schema;
    if (typeof reference !== "string" || !/^#(?:\/|$)/.test(reference)) {
      refuse(`${pointer}/$ref`, "must be a reference inside the schema such as #/$defs/name");
    }
    const target = resolvePointer(this.root, reference.slice(1));
    if (target === undefined) refuse(`${pointer}/$ref`, "refers to nothing");
    if (isObject(target) && this.open.has(target)) {
      refuse(`${pointer}/$ref`, `refers to ${reference}, which it is a part of; recursive schemas are not supported`);
    }
    this.visit(target, `${pointer}/$ref`, depth + 1);
  }
}

function* children(schema: Record<string, unknown>, pointer: string): Generator<[unknown, string]> {
  for (const keyword of schemaKeywords.single) {
    if (keyword in schema && !Array.isArray(schema[keyword])) yield [schema[keyword], `${pointer}/${keyword}`];
  }
  for (const keyword of schemaKeywords.lists) {
    const list = schema[keyword];
    if (!Array.isArray(list)) continue;
    for (const [index, child] of list.entries()) yield [child, `${pointer}/${keyword}/${index}`];
  }
  for (const keyword of schemaKeywords.maps) {
    const map = schema[keyword];
    if (!isObject(map)) continue;
    for (const [name, child] of Object.entries(map)) {
      // draft-07's `dependencies` may also list property names.
      if (!Array.isArray(child)) yield [child, `${pointer}/${keyword}/${escapeSegment(name)}`];
    }
  }
}

/**
 * @param at the JSON pointer of the schema in the input, the start of every pointer in a refusal
 * @throws RefusedSchemaError
 */
export function inspectSchema(schema: Record<string, unknown>, at: string): void {
  checkJsonDepth(schema, at);
  if (JSON.stringify(schema).length > schemaLimits.characters) {
    refuse(at, `is larger than ${schemaLimits.characters} characters`);
  }
  new Inspection(schema, at).visit(schema, at, 0);
  if (!describesObject(schema, schema)) refuse(`${at}/type`, 'must be "object", or left out');
}

/**
 * Whether a schema allows objects: by its type, or by what it refers to or is made of. Many leave the type out where
 * there are `properties`; that the value is an object is checked in any case.
 * @param schema without recursion
 */
function describesObject(schema: unknown, root: unknown): boolean {
  if (!isObject(schema)) return schema === true;
  const { type, $ref: reference, allOf } = schema;
  if (type !== undefined) return type === "object" || (Array.isArray(type) && type.includes("object"));
  if (typeof reference === "string") return describesObject(resolvePointer(root, reference.slice(1)), root);
  const unions = [schema.anyOf, schema.oneOf].filter(Array.isArray);
  if (unions.length > 0) return unions.every((union) => union.some((part) => describesObject(part, root)));
  return !Array.isArray(allOf) || allOf.every((part) => describesObject(part, root));
}
