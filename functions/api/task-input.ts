/**
 * What the API checks of a task's input before it makes a job, beyond what the engine itself refuses.
 *
 * @module
 */

import type { z } from "zod";
import type { TaskDefinition } from "../../contracts/define-task.ts";
import { withoutOptionalNulls } from "../../contracts/optional-nulls.ts";
import { normalize } from "../../contracts/tasks/normalize.ts";
import { summarize } from "../../contracts/tasks/summarize.ts";
import { RefusedSchemaError } from "../../shared/capabilities/json-schema/refused-schema-error.ts";
import { faultsOf, jsonPointer } from "../../shared/lib/http/pointer.ts";
import { type Fault, invalid } from "../../shared/lib/http/problem.ts";

/** Faults told at once: a caller fixes the first ones and asks again. */
const MAX_FAULTS = 50;
/**
 * What the deeper checks of one request may take; the gateway gives up after 30 seconds. Inputs beyond that are checked
 * by the worker alone, as all were before the API did.
 */
const CHECK_MS = 5_000;

/**
 * Finds what a zod schema cannot tell of an input; paths are relative to it.
 * @throws RefusedSchemaError
 */
type DeepCheck = (input: never) => Fault | undefined;

/** Loads what checks the inputs of one request. */
const checks: ReadonlyMap<TaskDefinition, () => Promise<DeepCheck>> = new Map<TaskDefinition, () => Promise<DeepCheck>>(
  [
    [normalize, checkSchemas],
    [summarize, checkLength],
  ],
);

async function checkSchemas(): Promise<DeepCheck> {
  // Loaded when the task is submitted: the other routes start without what checks schemas.
  const { compileSchema } = await import("../../shared/capabilities/json-schema/compile-schema.ts");
  // The inputs of a batch mostly have one schema.
  const accepted = new Set<string>();
  return ({ schema }: z.output<typeof normalize.input>) => {
    const text = JSON.stringify(schema);
    if (accepted.has(text)) return undefined;
    compileSchema(schema, "/schema");
    accepted.add(text);
    return undefined;
  };
}

/** A text that no number of parts makes fit into the model's context would fail after it has cost tokens. */
async function checkLength(): Promise<DeepCheck> {
  const { lengthFault } = await import("../../shared/capabilities/llm/long-text.ts");
  return ({ text }: z.output<typeof summarize.input>) => {
    const message = lengthFault(text);
    return message === undefined ? undefined : { path: "/text", message };
  };
}

/**
 * The inputs of a request as the engine takes them: without nulls that mean nothing, and {} where it is left out and the
 * task needs nothing.
 * @param inputs with the place of each in the request, such as `["input"]`
 * @throws ProblemError 422 that names every fault, up to a bound
 */
export async function readTaskInputs(
  task: TaskDefinition,
  inputs: readonly { readonly at: readonly PropertyKey[]; readonly given: unknown }[],
): Promise<unknown[]> {
  const { input: schema } = task;
  const takesNothing = schema.safeParse({}).success;
  const check = await checks.get(task)?.();
  const started = performance.now();
  const faults: Fault[] = [];
  const read = inputs.map(({ at, given }) => {
    const value = takesNothing && (given ?? null) === null ? {} : withoutOptionalNulls(schema, given);
    if (faults.length < MAX_FAULTS) {
      const parsed = schema.safeParse(value);
      if (!parsed.success) faults.push(...faultsOf(parsed.error.issues, at));
      else if (check && performance.now() - started < CHECK_MS)
        faults.push(...refusalsOf(() => check(parsed.data as never), at));
    }
    return value;
  });
  if (faults.length > 0) throw invalid(faults.slice(0, MAX_FAULTS));
  return read;
}

function refusalsOf(check: () => Fault | undefined, at: readonly PropertyKey[]): Fault[] {
  try {
    const fault = check();
    return fault ? [{ ...fault, path: jsonPointer(at) + fault.path }] : [];
  } catch (error) {
    if (!(error instanceof RefusedSchemaError)) throw error;
    return [{ path: jsonPointer(at) + error.pointer, message: error.reason }];
  }
}
