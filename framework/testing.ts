/**
 * For tests of a task's code: contexts without an engine behind them. The entry `sluice/testing` of the package.
 *
 * @module
 */

import { addUsage } from "../contracts/jobs/add-usage.ts";
import type { Usage } from "../contracts/jobs/wire.ts";
import type { TaskContext } from "../shared/engine/worker/context.ts";

/** What a run left to the next one. */
class StateLeft extends Error {
  readonly left: { readonly waitFor?: Parameters<TaskContext["waitFor"]>[0]; readonly state: unknown };

  constructor(left: StateLeft["left"]) {
    super("The run has left its state to another one.");
    this.left = left;
  }
}

/**
 * Runs a task that is to leave its state to another run.
 * @returns what it left, and which jobs the next run waits for
 */
export async function stateLeftBy(run: () => Promise<unknown>): Promise<StateLeft["left"]> {
  let result: unknown;
  try {
    result = await run();
  } catch (error) {
    if (error instanceof StateLeft) return error.left;
    throw error;
  }
  throw new Error(`It gave a result: ${JSON.stringify(result)}`);
}

type Unchecked = Readonly<Record<string, unknown>>;

/**
 * A task's context without an engine behind it; `usages` holds the tokens that the task booked.
 * @param overrides what the test gives: `submit`, `results`, `state`, and `settings` for a task that has its own
 */
export function taskContext<Settings extends Unchecked = Record<string, never>>(
  overrides: Partial<TaskContext<Unchecked, Settings>> = {},
): TaskContext<Unchecked, Settings> & { readonly usages: Usage[] } {
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
    admit: async () => {},
    usage: (usage) => usages.push(usage),
    tags: {},
    submitBatch: () => Promise.reject(new Error("submitBatch is not expected")),
    batchResults: () => Promise.reject(new Error("batchResults is not expected")),
    submit: () => Promise.reject(new Error("submit is not expected")),
    results: () => Promise.reject(new Error("results is not expected")),
    state: undefined,
    continueWith: (state) => {
      throw new StateLeft({ state });
    },
    waitFor: (waitFor, state) => {
      throw new StateLeft({ waitFor, state });
    },
    files: { put: () => Promise.reject(new Error("files.put is not expected")) },
    settings: {} as Settings,
    secret: () => Promise.reject(new Error("secret is not expected")),
    usages,
    ...overrides,
  };
}

/**
 * Runs a task to its result, each run with the state that the one before left.
 */
export async function runToEnd<Input, Output>(
  run: (input: Input, context: TaskContext & { readonly usages: Usage[] }) => Promise<Output>,
  input: Input,
  overrides: Partial<TaskContext> = {},
): Promise<{ readonly output: Output; readonly runs: number; readonly usages: Usage[] }> {
  let state: unknown;
  const usages: Usage[] = [];
  for (let runs = 1; ; runs++) {
    const usageBefore = usages.reduce<Usage | undefined>(addUsage, undefined);
    const context = taskContext<Unchecked>({ ...overrides, state, usageBefore });
    try {
      const output = await run(input, context);
      usages.push(...context.usages);
      return { output, runs, usages };
    } catch (error) {
      usages.push(...context.usages);
      if (!(error instanceof StateLeft)) throw error;
      // As the engine keeps it.
      state = JSON.parse(JSON.stringify(error.left.state));
    }
  }
}
