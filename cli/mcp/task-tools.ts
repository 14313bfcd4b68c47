/**
 * Tasks as tools, from the description that a stack serves: a team's own tasks are among them.
 *
 * @module
 */

import { followSubmitted } from "./follow.ts";
import { taskTags } from "./job-tasks.ts";
import { type Accepted, type Arguments, type ObjectSchema, object, type Tool, type ToolContext } from "./tool.ts";

type JsonObject = Readonly<Record<string, unknown>>;

const asObject = (value: unknown): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

const TASKS = "/api/v1/tasks/";
/** Beyond this, a schema that refers to itself is left open. */
const DEEPEST = 12;

/** Which tasks are described. */
interface DescribeOptions {
  /** Also tasks that only admin keys submit. */
  readonly admin: boolean;
}

/** A task as an agent is told of it. */
export interface DescribedTask {
  readonly name: string;
  readonly description: string;
  /** The schema of its input, which stands alone. */
  readonly input: ObjectSchema;
}

/**
 * The tasks of a stack.
 * @param document its /openapi.json
 */
export function describeTasks(document: unknown, { admin }: DescribeOptions): DescribedTask[] {
  const schemas = asObject(asObject(asObject(document).components).schemas);
  return Object.entries(asObject(asObject(document).paths)).flatMap(([path, methods]) => {
    const operation = asObject(asObject(methods).post);
    if (operation["x-output"] === undefined || (operation["x-scope"] === "admin" && !admin)) return [];
    const { input } = asObject(asObject(bodySchema(operation)).properties);
    const own = withoutNull(resolved(input, schemas));
    return [
      {
        name: path.slice(TASKS.length),
        description: String(operation.description),
        input: { ...object({}), ...own, type: "object" as const },
      },
    ];
  });
}

/** A task's own tool, which waits for its result, or is a task of the protocol itself. */
export function taskTool({ name, description, input }: DescribedTask): Tool {
  const submit = async (args: Arguments, { client, signal }: ToolContext): Promise<Accepted> => {
    const { task_id, status } = await client.call("POST /api/v1/tasks/{task_name}", {
      params: { task_name: name },
      body: { input: args, tags: taskTags },
      idempotency_key: crypto.randomUUID(),
      signal,
    });
    return { task_id, status };
  };
  return {
    name,
    description: `${description} Waits for up to 25 s; a job that takes longer is followed by wait_for_job.`,
    input,
    effect: "add",
    submit,
    run: async (args, context) => await followSubmitted(await submit(args, context), 25, context),
  };
}

const bodySchema = (operation: JsonObject): unknown =>
  asObject(asObject(asObject(operation.requestBody).content)["application/json"]).schema;

/** A task that needs no input may be given null; a tool's arguments are always an object. */
function withoutNull(schema: unknown): Partial<ObjectSchema> {
  const { anyOf, ...rest } = asObject(schema);
  const choices = Array.isArray(anyOf) ? anyOf.filter((each) => asObject(each).type !== "null") : [];
  return choices.length === 1 ? { ...rest, ...asObject(choices[0]) } : asObject(schema);
}

/** The schema with what it refers to in its place: a tool's schema stands alone. */
function resolved(value: unknown, schemas: JsonObject, depth = 0): unknown {
  if (depth > DEEPEST) return {};
  if (Array.isArray(value)) return value.map((each) => resolved(each, schemas, depth));
  if (typeof value !== "object" || value === null) return value;
  const { $ref } = asObject(value);
  if (typeof $ref === "string") return resolved(schemas[$ref.split("/").at(-1) ?? ""], schemas, depth + 1);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each, schemas, depth)]));
}
