/**
 * What the context of a task of the catalog knows of it, and how a task that runs in several parts is tested.
 *
 * @module
 */

import { expect, it } from "vitest";
import { z } from "zod";
import { defineTask } from "../../../contracts/define-task.ts";
import type { TaskContextOf } from "../../../functions/task-context.ts";
import type { TaskContext } from "../../../shared/engine/worker/context.ts";
import { ownSettings } from "../../../shared/engine/worker/own-settings.ts";
import { stateLeftBy, taskContext } from "../../helpers/task-context.ts";

it("knows the inputs of the tasks that the definition names, and no other task", () => {
  const submits = (context: TaskContextOf<"cleanup_old_documents">) => [
    () => context.submit("index_document", { document_id: "6a9f3f0e-5d6c-4f0a-8f3c-0d9b8b7c6a5e" }, { step: "index" }),
    // @ts-expect-error: the input has no such field
    () => context.submit("index_document", { document: "1" }, { step: "index" }),
    // @ts-expect-error: the definition does not name it
    () => context.submit("summarize", { text: "a" }, { step: "summarize" }),
    // @ts-expect-error: a step has a name
    () => context.submit("index_document", { document_id: "1" }, {}),
  ];
  const none = (context: TaskContextOf<"health_check">) =>
    // @ts-expect-error: it submits nothing
    context.submit("health_check", {}, { step: "one" });
  expect([submits, none]).toHaveLength(2);
});

const inTwoRuns = async (context: TaskContext): Promise<unknown> => {
  if (context.state !== undefined) return { ended: (await context.results(["1"])).length };
  return context.waitFor([await context.submit("other", {}, { step: "one" })], { part: 1 });
};

it("gives a test what a run leaves to the next one", async () => {
  const first = taskContext({ submit: async () => "1" });
  expect(await stateLeftBy(() => inTwoRuns(first))).toEqual({ waitFor: ["1"], state: { part: 1 } });

  const results = async () => [{ taskId: "1", status: "SUCCESS" as const, result: 1, error: null }];
  expect(await inTwoRuns(taskContext({ state: { part: 1 }, results }))).toEqual({ ended: 1 });
  await expect(stateLeftBy(() => inTwoRuns(taskContext({ state: 1, results })))).rejects.toThrow("gave a result");
});

const task = (settings: z.ZodObject, secrets: readonly string[] = []) =>
  defineTask({
    name: "own",
    description: "Has settings of its own.",
    queue: "default",
    input: z.object({}),
    output: z.object({}),
    retry: "standard",
    timeLimit: { soft: 1, hard: 2 },
    memory: 128,
    settings,
    secrets,
  });

it("reads the settings of a task's own from the environment", () => {
  process.env.OWN_TEST_LIMIT = "7";
  const definition = task(z.object({ OWN_TEST_LIMIT: z.coerce.number(), OWN_TEST_STYLE: z.string().default("plain") }));

  expect(ownSettings(definition)).toEqual({ OWN_TEST_LIMIT: 7, OWN_TEST_STYLE: "plain" });
});

it.each([
  [{ lower: z.string() }, []],
  [{ AWS_REGION: z.string() }, []],
  [{ SLUICE_STAGE: z.string() }, []],
  [{ OWN_KEY: z.string() }, ["OTHER_KEY"]],
])("refuses names of settings that cannot be, and secrets without a setting: %o %o", (shape, secrets) => {
  expect(() => task(z.object(shape), secrets)).toThrow(/Task own/);
});
