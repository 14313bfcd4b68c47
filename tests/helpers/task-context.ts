import type { Usage } from "../../contracts/jobs/wire.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";

/** A task's context without an engine behind it; `usages` holds the tokens that the task booked. */
export function taskContext(overrides: Partial<TaskContext> = {}): TaskContext & { readonly usages: Usage[] } {
  const usages: Usage[] = [];
  const silent = () => {};
  return {
    taskId: "task-1",
    taskName: "test",
    tenant: "project-1",
    traceId: "trace-1",
    attempt: 1,
    signal: new AbortController().signal,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    progress: silent,
    assertActive: async () => {},
    admitCall: async () => {},
    usage: (usage) => usages.push(usage),
    usages,
    ...overrides,
  };
}
