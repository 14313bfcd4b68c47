/**
 * JSON Schemas of an OpenAPI document as the text of TypeScript types.
 *
 * @module
 */

/** A JSON object whose shape is not known. */
export type JsonObject = { readonly [key: string]: unknown };

/** A value as an object; an empty one when it is something else. */
export const asObject = (value: unknown): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The name of a component of the document, as an identifier. */
export const componentName = (reference: string): string =>
  (reference.split("/").at(-1) ?? "").replace(/\W/g, "_").replace(/^(?=\d)/, "_");

/** A property's name as it is in a type. */
export const propertyName = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

/** A comment for what follows it; empty without a text. */
export function commentText(text: unknown, indent: string): string {
  if (typeof text !== "string" || text.trim() === "") return "";
  return `${indent}/** ${text.trim().replaceAll("*/", "*\\/").replace(/\s+/g, " ")} */\n`;
}

/**
 * The type of the values that fit a schema. What types cannot say, such as lengths, patterns and bounds, is left out.
 * @param indent of the line that the type begins on
 */
export function typeText(schema: unknown, indent = ""): string {
  const { $ref, const: constant, enum: values, anyOf, allOf, type } = asObject(schema);
  const oneOf = otherThanMapped(asObject(schema));
  if (typeof $ref === "string") return componentName($ref);
  if (constant !== undefined) return JSON.stringify(constant);
  if (Array.isArray(values)) return union(values.map((each) => JSON.stringify(each)));
  if (type === "object") return objectText(asObject(schema), indent);
  const choices = asList(anyOf ?? oneOf);
  if (choices.length > 0) return union(choices.map((each) => typeText(each, indent)));
  if (Array.isArray(allOf)) return allOf.map((each) => inUnion(typeText(each, indent))).join(" & ");
  if (Array.isArray(type)) return union(type.map((each) => typeText({ ...asObject(schema), type: each }, indent)));
  if (type === "array") return arrayText(asObject(schema), indent);
  return type === "integer"
    ? "number"
    : ["string", "number", "boolean", "null"].includes(String(type))
      ? `${type}`
      : "unknown";
}

/**
 * Of a choice by a name, such as jobs by their task, what is for any other name: the client's types are for every stack,
 * and tell the tasks of one by `Tasks`.
 */
function otherThanMapped({ oneOf, discriminator }: JsonObject): unknown {
  const mapped = new Set(Object.values(asObject(asObject(discriminator).mapping)));
  const others = asList(oneOf).filter((each) => !mapped.has(asObject(each).$ref));
  return others.length > 0 ? others : oneOf;
}

/** An array of a few items is written with its places, such as a box of four numbers. */
const MAX_PLACES = 8;

function arrayText({ prefixItems, items, minItems, maxItems }: JsonObject, indent: string): string {
  if (!Array.isArray(prefixItems)) {
    const each = inUnion(typeText(items, indent));
    const isFixed = typeof minItems === "number" && minItems === maxItems && minItems <= MAX_PLACES;
    return isFixed ? `[${Array(minItems).fill(each).join(", ")}]` : `${each}[]`;
  }
  const first = prefixItems.map((each) => typeText(each, indent));
  const isFull = items === false || items === undefined || maxItems === first.length;
  const rest = isFull ? [] : [`...${inUnion(typeText(items, indent))}[]`];
  return `[${[...first, ...rest].join(", ")}]`;
}

function objectText({ properties, required, additionalProperties }: JsonObject, indent: string): string {
  const always = new Set(asList(required));
  const inner = `${indent}  `;
  const lines = Object.entries(asObject(properties)).map(([name, each]) => {
    const text = typeText(each, inner);
    const mark = always.has(name) ? "" : "?";
    // A caller under exactOptionalPropertyTypes may pass on what it has been left out of.
    const type = mark && text !== "unknown" ? `${text} | undefined` : text;
    return `${commentText(asObject(each).description, inner)}${inner}${propertyName(name)}${mark}: ${type};\n`;
  });
  const more = additionalProperties === false ? undefined : additionalProperties;
  if (lines.length === 0) {
    if (more === undefined) return additionalProperties === false ? "Record<string, never>" : "Record<string, unknown>";
    return `Record<string, ${typeText(more, indent)}>`;
  }
  // Beside named properties, others can only be of a type that those have, too.
  if (more !== undefined && more !== true) lines.push(`${inner}[name: string]: unknown;\n`);
  return `{\n${lines.join("")}${indent}}`;
}

/** Each choice once; `unknown` takes all others. */
function union(choices: readonly string[]): string {
  const each = [...new Set(choices)];
  return each.includes("unknown") ? "unknown" : each.join(" | ");
}

/** In brackets when it is a choice or an intersection itself: a list of it, or a choice with it, would read otherwise. */
function inUnion(text: string): string {
  let depth = 0;
  for (const [index, letter] of [...text].entries()) {
    if ("<{([".includes(letter)) depth += 1;
    if (">})]".includes(letter)) depth -= 1;
    if (depth === 0 && "|&".includes(letter) && text[index - 1] === " ") return `(${text})`;
  }
  return text;
}
