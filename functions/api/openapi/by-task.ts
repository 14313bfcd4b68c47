/**
 * Schemas of what is of one task, split by it: the name of the task says which type its input or its result has.
 *
 * @module
 */

import { asObject, type Components, type JsonObject, orNull } from "./components.ts";

/** A field of a schema that the task types, and the schema that takes its place. */
interface TypedField {
  readonly field: string;
  /** For what has a task that the description does not know by that name. */
  readonly others: string;
  of(title: string): JsonObject;
}

/** A task's name as the beginning of its schemas' names: `SummarizeInput`, `SummarizeOutput`, `SummarizeJob`. */
export const taskTitle = (name: string): string =>
  name.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());

const reference = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

const result = (field: string): TypedField => ({
  ...{ field, others: "OfAnotherTask" },
  of: (title) => orNull(reference(`${title}Output`)),
});
/** A request may name a task by another of its names, too. */
const input = (field: string, of: TypedField["of"]): TypedField => ({ field, others: "ByAnotherName", of });

/** The schemas to split. */
const TYPED: Readonly<Record<string, TypedField>> = {
  Job: result("result"),
  JobResult: result("result"),
  WebhookData: result("response"),
  BatchResult: result("result"),
  BatchSubmit: input("inputs", (title) => ({ type: "array", items: reference(`${title}Input`) })),
  NewSchedule: input("input", (title) => orNull(reference(`${title}Input`))),
};

/**
 * Makes each of them a choice of one schema for each task, and one for all others: jobs of tasks that the catalog does not have (those
 * that were removed, or belong to a family that is off), and requests that name a task by its alias. That one is not in the mapping on
 * purpose: openapi-typescript then gives it a name of its own in place of any string, without which no comparison of `task_name` would
 * narrow the type.
 */
export function splitByTask(components: Components, tasks: readonly string[]): void {
  for (const [name, { field, others, of }] of Object.entries(TYPED)) {
    const whole = asObject(components.schemas[name] ?? {});
    const { task_name, [field]: untyped = {}, ...common } = asObject(whole.properties ?? {});
    const required = Array.isArray(whole.required) ? whole.required : [];
    const ofAll = required.filter((each) => each !== "task_name" && each !== field);
    components.define(`${name}Fields`, {
      type: "object",
      properties: common,
      ...(ofAll.length > 0 && { required: ofAll }),
      ...(whole.allOf !== undefined && { allOf: whole.allOf }),
    });
    const member = (taskName: JsonObject, ofField: JsonObject): JsonObject => ({
      allOf: [
        reference(`${name}Fields`),
        {
          type: "object",
          properties: { task_name: { ...asObject(task_name ?? {}), ...taskName }, [field]: ofField },
          required: ["task_name", field].filter((each) => required.includes(each)),
        },
      ],
      unevaluatedProperties: false,
    });
    for (const task of tasks) {
      components.define(
        `${taskTitle(task)}${name}`,
        member({ const: task }, inPlaceOf(asObject(untyped), of(taskTitle(task)))),
      );
    }
    components.define(`${name}${others}`, member({ not: { enum: [...tasks] } }, asObject(untyped)));
    components.schemas[name] = {
      oneOf: [...tasks.map((task) => reference(`${taskTitle(task)}${name}`)), reference(`${name}${others}`)],
      discriminator: {
        propertyName: "task_name",
        mapping: Object.fromEntries(tasks.map((task) => [task, `#/components/schemas/${taskTitle(task)}${name}`])),
      },
    };
  }
}

/** The typed schema with what the other says beside its type: its description, that it may be null, its bounds as a list. */
function inPlaceOf(untyped: JsonObject, typed: JsonObject): JsonObject {
  const { description, anyOf } = untyped;
  const inner = Array.isArray(anyOf) ? asObject(anyOf.find((each) => asObject(each).type === "array") ?? {}) : untyped;
  const { minItems, maxItems } = inner;
  const bounded = {
    ...typed,
    ...(minItems !== undefined && { minItems }),
    ...(maxItems !== undefined && { maxItems }),
  };
  return {
    ...(description !== undefined && { description }),
    ...(Array.isArray(anyOf) ? orNull(bounded) : bounded),
  };
}
