/**
 * Rows of answers and what is to become of each, over real HTTP to the tasks.
 *
 * @module
 */

import { afterAll, beforeAll, expect, test } from "vitest";
import type { TaskError } from "../../contracts/errors.ts";
import {
  type AnswerCase,
  type AnswerServer,
  completion,
  inputOf,
  type ServerResponse,
  startAnswerServer,
} from "./answer-server.ts";
import { taskContext } from "./task-context.ts";

type Task = AnswerCase["task"];
interface Failing {
  readonly error: string;
  readonly retryable: boolean;
  readonly says?: RegExp;
}
/** What the server says, one response after the other, the last one from then on; and the result or the error. */
export type Row = readonly [name: string, said: ServerResponse | ServerResponse[], right: object | Failing];

export const said = completion;
export const reply = (status: number, body: unknown, headers: Record<string, string> = {}): ServerResponse => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
});
export const failing = (error: string, retryable: boolean, says?: RegExp): Failing =>
  says ? { error, retryable, says } : { error, retryable };

interface TaskRow {
  readonly id: string;
  readonly task: Task;
  readonly said: Row[1];
  readonly right: Row[2];
}

/** Rows with the task that each is for. */
export const rowsOf = (groups: readonly (readonly [task: Task, rows: readonly Row[]])[]): TaskRow[] =>
  groups.flatMap(([task, rows]) =>
    rows.map(([name, given, right]) => ({ task, said: given, right, id: `${task}: ${name}` })),
  );

/** Makes a test of each row. @returns a way to run a task on the same server, and what that was asked */
export function answerRows(rows: readonly TaskRow[]) {
  let server: AnswerServer | undefined;
  let modules: Record<Task, (input: never, context: ReturnType<typeof taskContext>) => Promise<object>>;
  beforeAll(async () => {
    server = await startAnswerServer(new Map(rows.map((row) => [row.id, [row.said].flat()])));
    Object.assign(process.env, { LLM_BACKEND: "openai-compatible", LLM_SERVER_URL: server.url });
    const [{ summarize }, { keywords }, { normalize }] = await Promise.all([
      import("../../contracts/tasks/summarize.ts"),
      import("../../contracts/tasks/keywords.ts"),
      import("../../contracts/tasks/normalize.ts"),
    ]);
    const code = {
      summarize: await import("../../functions/tasks/summarize.ts"),
      keywords: await import("../../functions/tasks/keywords.ts"),
      normalize: await import("../../functions/tasks/normalize.ts"),
    };
    modules = {
      summarize: (input, context) => code.summarize.run(summarize.input.parse(input), context),
      keywords: (input, context) => code.keywords.run(keywords.input.parse(input), context),
      normalize: (input, context) => code.normalize.run(normalize.input.parse(input), context),
    };
  });
  afterAll(() => server?.[Symbol.asyncDispose]());
  const run = (task: Task, input: object, context: ReturnType<typeof taskContext>): Promise<object> =>
    modules[task](input as never, context);

  test.each(rows)("$id", async ({ task, id, right }) => {
    const context = taskContext();
    const running = run(task, inputOf({ case: id, task }), context);

    if ("error" in right) {
      const { error, retryable, says = /\w/ } = right;
      const thrown: TaskError = await running.then(
        (result) => expect.fail(`It succeeded: ${JSON.stringify(result)}`),
        (reason) => reason,
      );
      expect(thrown).toMatchObject({ name: error, retryable });
      expect(thrown.message).toMatch(says);
    } else expect(await running).toMatchObject(right);
    for (const usage of context.usages) {
      expect(Number.isSafeInteger(usage.prompt_tokens) && usage.prompt_tokens > 0).toBe(true);
    }
  });

  return { run, requestsOf: (id: string) => server?.requestsOf(id) ?? [] };
}
