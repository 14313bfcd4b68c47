/**
 * What a task takes, read from the catalog, or from the API's OpenAPI when the API knows more tasks than this program.
 *
 * @module
 */

import { z } from "zod";
import { closestName } from "../../contracts/closest-name.ts";
import type { Catalog } from "../../contracts/define-catalog.ts";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit-codes.ts";

const fieldSchema = z.looseObject({
  type: z.string().optional(),
  description: z.string().optional(),
  default: z.json().optional(),
  enum: z.array(z.json()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  format: z.string().optional(),
});

const optionalSchema = z.looseObject({ anyOf: z.array(z.looseObject({ type: z.unknown().optional() })) });

const inputSchema = z.looseObject({
  properties: z.record(z.string(), z.preprocess(withoutNull, fieldSchema)).default({}),
  required: z.array(z.string()).default([]),
});

/** One field of a task's input, as its JSON Schema describes it. */
export interface Field extends z.infer<typeof fieldSchema> {
  readonly name: string;
  readonly required: boolean;
}

/** A task with the fields of its input, as the API describes it. */
export interface TaskShape {
  readonly name: string;
  readonly description: string;
  readonly queue: string | undefined;
  readonly fields: readonly Field[];
  /** The input as JSON Schema. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** Every task of the catalog. */
export const catalogShapes = ({ tasks }: Catalog): TaskShape[] =>
  Object.values(tasks).map(({ name, description, queue, input }) =>
    shape({ name, description, queue }, z.toJSONSchema(input, { io: "input", unrepresentable: "any" })),
  );

/**
 * A task by any of its names.
 * @throws CliError when neither the catalog nor the API has it
 */
export async function findTaskShape(cli: Cli, name: string): Promise<TaskShape> {
  const known = catalogShapes(cli.catalog);
  const own = known.find((each) => each.name === cli.catalog.findTask(name)?.name);
  if (own) return own;
  const offered = await serverShapes(cli).catch((): TaskShape[] => []);
  const found = offered.find((each) => each.name === name.replace(/^tasks\./, ""));
  if (found) return found;
  const names = [...new Set([...known, ...offered].map((each) => each.name))];
  const meant = closestName(name.replace(/^tasks\./, ""), names);
  const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
  throw new CliError("missing", `There is no task ${name}.${hint} There are: ${names.join(", ")}.`);
}

const referenceSchema = z.looseObject({ $ref: z.string() });
const openApiSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});
const submitOperationSchema = z.object({
  description: z.string().default(""),
  requestBody: z.object({
    content: z.object({
      "application/json": z.object({ schema: z.object({ properties: z.object({ input: z.unknown() }) }) }),
    }),
  }),
});

const TASK_PATH = /^\/api\/v1\/tasks\/([a-z0-9_]+)$/;

/** Every task that the API describes. @throws SluiceError when it does not answer */
export async function serverShapes(cli: Cli): Promise<TaskShape[]> {
  const { paths, components } = openApiSchema.parse(await cli.client().call("GET /openapi.json"));
  return Object.entries(paths).flatMap(([path, operations]) => {
    const [, name] = TASK_PATH.exec(path) ?? [];
    const operation = submitOperationSchema.safeParse(operations.post);
    if (name === undefined || !operation.success) return [];
    const input = withoutNull(operation.data.requestBody.content["application/json"].schema.properties.input);
    const reference = referenceSchema.safeParse(input);
    const schema = reference.success ? components.schemas[reference.data.$ref.split("/").at(-1) ?? ""] : input;
    return [shape({ name, description: operation.data.description, queue: undefined }, schema)];
  });
}

/** What a field takes beside null, which stands for leaving it out. */
function withoutNull(field: unknown): unknown {
  const { success, data } = optionalSchema.safeParse(field);
  if (!success) return field;
  const [only, ...more] = data.anyOf.filter(({ type }) => type !== "null");
  const { anyOf: _, ...rest } = data;
  return only && more.length === 0 ? { ...only, ...rest } : field;
}

function shape(task: Pick<TaskShape, "name" | "description" | "queue">, schema: unknown): TaskShape {
  const input = inputSchema.safeParse(schema).data ?? { properties: {}, required: [] };
  const fields = Object.entries(input.properties).map(([field, of]) => ({
    ...of,
    name: field,
    required: input.required.includes(field),
  }));
  return { ...task, fields, input };
}

/**
 * The field that a text goes into: the one required text that is not an id, or of several the one that is named for it. A
 * task that can do without a text may have an optional field `text`.
 */
export function textField({ fields }: TaskShape): Field | undefined {
  const texts = fields.filter(
    ({ name, type, required, format }) =>
      type === "string" && format === undefined && !/(^|_)id$/.test(name) && (required || name === "text"),
  );
  if (texts.length === 1) return texts[0];
  return texts.find(({ name }) => ["text", "request", "prompt", "description"].includes(name));
}
