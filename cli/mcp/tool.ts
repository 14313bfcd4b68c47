/**
 * What a tool for agents is.
 *
 * @module
 */

import type { Client, Job } from "../../client/index.ts";

/** A JSON Schema of an object. */
export interface ObjectSchema {
  readonly type: "object";
  readonly properties?: object;
  readonly required?: readonly string[];
  readonly [key: string]: unknown;
}

/** What a tool works with while it runs. */
export interface ToolContext {
  readonly client: Client;
  /** Ends with the call. */
  readonly signal: AbortSignal;
  /** Reports a job's progress to the agent, if it has asked for it. */
  readonly progress: (current: number, total: number | undefined, message: string) => void;
}

/** What the API says of a job that it has taken. */
export type Accepted = Pick<Job, "task_id" | "status">;

/** A tool: what an agent may call. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** What it takes. The API checks it, and names the field at fault. */
  readonly input: ObjectSchema;
  /** `read` changes nothing, `add` makes something, `change` changes what there is. */
  readonly effect: "read" | "add" | "change";
  /** @param args as the agent gave them, unchecked @returns what the agent gets, as JSON */
  run(args: Arguments, context: ToolContext): Promise<object>;
  /** Only begins what `run` waits for: for clients that follow jobs as tasks. @returns what the API has taken */
  submit?(args: Arguments, context: ToolContext): Promise<Accepted>;
}

/** The arguments of a call. */
export type Arguments = Readonly<Record<string, unknown>>;

/** A schema of an object with these properties, and no others. */
export const object = (properties: Record<string, unknown>, required: readonly string[] = []): ObjectSchema => ({
  type: "object",
  properties,
  ...(required.length > 0 && { required }),
  additionalProperties: false,
});

/** @throws TypeError when the argument is not a text */
export function textOf(args: Arguments, name: string): string {
  const value = args[name];
  if (typeof value !== "string" || value === "") throw new TypeError(`${name} must be a text.`);
  return value;
}

/** @returns undefined when the argument was left out @throws TypeError when it is not a number */
export function numberOf(args: Arguments, name: string): number | undefined {
  const value = args[name] ?? undefined;
  if (value !== undefined && typeof value !== "number") throw new TypeError(`${name} must be a number.`);
  return value;
}

/** The arguments that are texts, numbers or booleans, as a query takes them. */
export const queryOf = (args: Arguments): Record<string, string | number | boolean> =>
  Object.fromEntries(
    Object.entries(args).filter((entry): entry is [string, string | number | boolean] =>
      ["string", "number", "boolean"].includes(typeof entry[1]),
    ),
  );
