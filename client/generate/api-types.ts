/**
 * Types from an OpenAPI document of Sluice: the tasks of a stack, and the routes of its API.
 *
 * @module
 */

import { asObject, commentText, componentName, type JsonObject, propertyName, typeText } from "./schema-text.ts";

/** What is in front of the path of a task. */
const TASKS = "/api/v1/tasks/";

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly description: JsonObject;
}

/**
 * A module with the types of a stack's tasks: `Tasks`, for `createClient<Tasks>`, and what it refers to.
 * @throws Error when the document does not describe Sluice
 */
export function taskTypes(document: unknown): string {
  const tasks = tasksOf(document);
  return [...componentsOf(document, tasks), tasks].join("\n");
}

/**
 * All that the client is typed with: the tasks, and `Routes` by method and path.
 * @throws Error as {@link taskTypes}
 */
export function apiTypes(document: unknown): string {
  const tasks = tasksOf(document);
  const routes = routesOf(document);
  return [...componentsOf(document, `${tasks}${routes}`, ["Problem", "WebhookPayload"]), tasks, routes].join("\n");
}

function tasksOf(document: unknown): string {
  const lines = operationsOf(document).flatMap(({ path, description }) => {
    const output = description["x-output"];
    if (output === undefined || !path.startsWith(TASKS)) return [];
    const name = path.slice(TASKS.length);
    const { input } = asObject(asObject(schemaIn(description.requestBody)).properties);
    const about = commentText(description.description, "  ");
    const body = `    input: ${typeText(withoutNull(input), "    ")};\n    output: ${typeText(output, "    ")};\n`;
    return [`${about}  ${propertyName(name)}: {\n${body}  };\n`];
  });
  if (lines.length === 0) throw new Error("This does not describe a stack of Sluice: it lists no tasks.");
  return `/** The tasks of the stack, by name. */\nexport type Tasks = {\n${lines.join("")}};\n`;
}

function routesOf(document: unknown): string {
  const lines = operationsOf(document).flatMap(({ method, path, description }) => {
    const isTask = description["x-output"] !== undefined;
    // An alias answers as its route does.
    if (isTask || /Alias\d*$/.test(String(description.operationId))) return [];
    const parts = [
      `params: ${parametersText(description, "path")}`,
      `query: ${parametersText(description, "query")}`,
      `body: ${bodyText(description.requestBody)}`,
      `answer: ${answerText(description.responses)}`,
    ];
    const about = commentText(description.summary, "  ");
    return [
      `${about}  ${JSON.stringify(`${method} ${path}`)}: {\n${parts.map((part) => `    ${part};\n`).join("")}  };\n`,
    ];
  });
  return `/** The routes of the API, by method and path. */\nexport interface Routes {\n${lines.join("")}}\n`;
}

function parametersText({ parameters }: JsonObject, where: string): string {
  const found = (Array.isArray(parameters) ? parameters : []).map(asObject).filter((each) => each.in === where);
  if (found.length === 0) return where === "path" ? "Record<never, never>" : "undefined";
  // In a path every value is text.
  const schemaOf = (each: JsonObject) => (where === "path" ? { type: "string" } : each.schema);
  const properties = Object.fromEntries(found.map((each) => [String(each.name), schemaOf(each)]));
  const required = found.filter((each) => each.required === true).map((each) => each.name);
  return typeText({ type: "object", properties, required, additionalProperties: false }, "    ");
}

function bodyText(body: unknown): string {
  if (body === undefined) return "undefined";
  const content = asObject(asObject(body).content);
  return content["application/json"] ? typeText(schemaIn(body), "    ") : "FileBody";
}

function answerText(responses: unknown): string {
  const [, success] = Object.entries(asObject(responses)).find(([status]) => status.startsWith("2")) ?? [];
  const content = asObject(asObject(success).content);
  return content["application/json"] ? typeText(schemaIn(success), "    ") : "string";
}

/** The components that a text names, and those that they name in turn, as exported types. */
function componentsOf(document: unknown, text: string, wanted: readonly string[] = []): string[] {
  const schemas = asObject(asObject(asObject(document).components).schemas);
  const texts = new Map(
    Object.entries(schemas).map(([name, schema]) => [componentName(name), [schema, typeText(schema)] as const]),
  );
  const named = new Set<string>(wanted);
  const look = (inText: string) => {
    for (const word of inText.match(/\w+/g) ?? []) {
      const known = texts.get(word);
      if (!known || named.has(word)) continue;
      named.add(word);
      look(known[1]);
    }
  };
  look(text);
  for (const name of wanted) look(texts.get(name)?.[1] ?? "");
  return [...named].sort().flatMap((name) => {
    const [schema, type] = texts.get(name) ?? [];
    if (type === undefined) return [];
    return [`${commentText(asObject(schema).description, "")}export type ${name} = ${type};\n`];
  });
}

function operationsOf(document: unknown): Operation[] {
  return Object.entries(asObject(asObject(document).paths)).flatMap(([path, methods]) =>
    Object.entries(asObject(methods)).map(([method, description]) => ({
      method: method.toUpperCase(),
      path,
      description: asObject(description),
    })),
  );
}

const schemaIn = (body: unknown): unknown => asObject(asObject(asObject(body).content)["application/json"]).schema;

/** A task that needs no input takes null for it; a caller leaves it out. */
function withoutNull(schema: unknown): unknown {
  const { anyOf } = asObject(schema);
  if (!Array.isArray(anyOf)) return schema;
  const left = anyOf.filter((each) => asObject(each).type !== "null");
  return left.length === 1 ? left[0] : { anyOf: left };
}
