/**
 * Schemas that show a job with its result, split by the task: its name says which type the result has.
 *
 * @module
 */

import { asObject, type Components, type JsonObject, orNull } from "./components.ts";

/** The schemas to split, by the field that has the result. */
const RESULT_FIELDS = { Job: "result", JobResult: "result", WebhookData: "response" } as const;

/** A task's name as the beginning of its schemas' names: `SummarizeInput`, `SummarizeOutput`, `SummarizeJob`. */
export const taskTitle = (name: string): string =>
  name.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());

const reference = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

/**
 * Makes each of them a choice of one schema for each task, and one for jobs of tasks that the catalog does not have: those
 * that were removed, or belong to a family that is off. That one is not in the mapping on purpose: openapi-typescript then
 * gives it a name of its own in place of any string, without which no comparison of `task_name` would narrow the type.
 */
export function splitByTask(components: Components, tasks: readonly string[]): void {
  for (const [name, field] of Object.entries(RESULT_FIELDS)) {
    const whole = asObject(components.schemas[name] ?? {});
    const { task_name, [field]: result = {}, ...common } = asObject(whole.properties ?? {});
    const required = Array.isArray(whole.required) ? whole.required : [];
    components.define(`${name}Fields`, {
      type: "object",
      properties: common,
      required: required.filter((each) => each !== "task_name" && each !== field),
    });
    const member = (taskName: JsonObject, ofResult: JsonObject): JsonObject => ({
      allOf: [
        reference(`${name}Fields`),
        {
          type: "object",
          properties: { task_name: { ...asObject(task_name ?? {}), ...taskName }, [field]: ofResult },
          required: ["task_name", field],
        },
      ],
      unevaluatedProperties: false,
    });
    const { description } = asObject(result);
    for (const task of tasks) {
      const output = orNull(reference(`${taskTitle(task)}Output`));
      const told = { ...(description !== undefined && { description }), ...output };
      components.define(`${taskTitle(task)}${name}`, member({ const: task }, told));
    }
    components.define(`${name}OfAnotherTask`, member({ not: { enum: [...tasks] } }, asObject(result)));
    components.schemas[name] = {
      oneOf: [...tasks.map((task) => reference(`${taskTitle(task)}${name}`)), reference(`${name}OfAnotherTask`)],
      discriminator: {
        propertyName: "task_name",
        mapping: Object.fromEntries(tasks.map((task) => [task, `#/components/schemas/${taskTitle(task)}${name}`])),
      },
    };
  }
}
