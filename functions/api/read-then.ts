import { documentField, MAX_THEN_BYTES, type Then } from "../../contracts/documents/then.ts";
import { processDocument } from "../../contracts/tasks/process-document.ts";
import type { Step } from "../../shared/capabilities/documents/following.ts";
import { familyFault } from "../../shared/engine/jobs/submit.ts";
import { jsonPointer } from "../../shared/lib/http/pointer.ts";
import { invalid } from "../../shared/lib/http/problem.ts";
import { type Caller, limitedKeyOf, requireScope } from "./caller.ts";
import { refuseOverBudget } from "./over-budget.ts";
import type { ApiServices } from "./route-handler.ts";
import { callbackUrlOf, readTaskInputs } from "./submit-request.ts";

/** For the check of an input: the document is not there yet. */
const anyDocument = { document_id: "00000000-0000-4000-8000-000000000000", text: "-" } as const;

const refused = (at: readonly PropertyKey[], message: string) => invalid([{ path: jsonPointer(at), message }]);

/**
 * Checks the tasks that are to follow a document, as a submit of each would be.
 * @throws ProblemError 403, 422 or 429
 */
export async function readThen(
  then: Then,
  { caller, tenant }: { readonly caller: Caller; readonly tenant: string },
  services: ApiServices,
): Promise<Step[]> {
  if (JSON.stringify(then).length > MAX_THEN_BYTES) {
    throw refused(["then"], `must take at most ${MAX_THEN_BYTES} bytes as JSON`);
  }
  const { catalog } = services.jobs;
  const limitedKey = limitedKeyOf(caller);
  const names = (processDocument.mayFollow ?? []).filter((name) => catalog.findTask(name));
  const steps: Step[] = [];
  for (const [index, { task_name, input, callback_url }] of then.entries()) {
    const task = catalog.findTask(task_name);
    const field = task && documentField(task);
    if (!task || !field || !names.includes(task.name)) {
      const other = names.length === 0 ? "the stage has no task that may follow" : `must be one of ${names.join(", ")}`;
      throw refused(["then", index, "task_name"], familyFault(task_name, catalog) ?? other);
    }
    for (const name of Object.keys(anyDocument)) {
      if (name in input) throw refused(["then", index, "input", name], "is filled in: leave it out");
    }
    requireScope(caller, task.scope ?? "submit");
    const at = ["then", index, "input"];
    const [read] = await readTaskInputs(task, [{ at, given: { ...input, [field]: anyDocument[field] } }], { services });
    await refuseOverBudget(services, task, { tenant, limitedKey, idempotencyKey: undefined });
    const { [field]: _, ...rest } = read as Record<string, unknown>;
    const path = `/then/${index}/callback_url`;
    const callback = await callbackUrlOf(callback_url, { tenant, path }, services);
    steps.push({
      task_name: task.name,
      input: rest,
      ...(callback !== undefined && { callback_url: callback }),
      ...(limitedKey && { limited_key: limitedKey }),
    });
  }
  return steps;
}
