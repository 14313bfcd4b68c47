/**
 * The files of a new task in an app of one's own: as {@link contractFile} and the others are for Sluice's repository.
 *
 * @module
 */

import { POSTPROCESS, type TaskPlan } from "./templates.ts";

/** The source of a new task's definition. */
export function ownContractFile({ name, identifier, queue, retry, llm, description }: TaskPlan): string {
  const output = llm ? "text: z.string()" : "characters: z.int().min(0)";
  return `import { defineTask, z } from "sluice";

export const ${identifier} = defineTask({
  name: ${JSON.stringify(name)},
  description: ${JSON.stringify(description)},
  queue: ${JSON.stringify(queue)},
  // TODO: what a caller sends; defaults are filled in before run() sees it.
  input: z.strictObject({ text: z.string().min(1).max(100_000) }),
  // TODO: what the task answers.
  output: z.strictObject({ ${output} }),
  retry: ${JSON.stringify(retry)},
  timeLimit: ${llm ? "{ soft: 270, hard: 300 }" : "{ soft: 50, hard: 60 }"},
  memory: ${llm ? "1_024" : "256"},${llm ? `\n  uses: ["llm"],` : ""}
});
`;
}

/** The source of a new task's code. */
export const ownHandlerFile = (plan: TaskPlan): string => (plan.llm ? llmHandler(plan) : plainHandler(plan));

const plainHandler = ({ file, identifier }: TaskPlan): string => `import type { TaskRun } from "sluice";
import type { ${identifier} } from "./${file}.ts";

// TODO: the work itself. A second parameter has the abort signal, progress, settings and log.
export const run: TaskRun<typeof ${identifier}> = async ({ text }) => ({ characters: text.length });
`;

const llmHandler = ({
  file,
  identifier,
}: TaskPlan): string => `import { type InputOf, type OutputOf, SchemaValidationError } from "sluice";
import { type LlmRecipe, llmTask } from "sluice/worker";
import { ${identifier} } from "./${file}.ts";

/** What the model is asked, and what becomes of its answer. */
export const recipe: LlmRecipe<InputOf<typeof ${identifier}>, OutputOf<typeof ${identifier}>> = {
  buildPrompt: ({ text }) => ({
    // TODO: what the model is to do.
    system: "Rewrite the text in plain words. Answer with the text alone.",
    prompt: \`<text>\\n\${text}\\n</text>\`,
  }),

${POSTPROCESS}
};

export const { run } = llmTask(${identifier}, recipe);
`;

/** The test of the task's code, without a stack. */
export const ownTestFile = (plan: TaskPlan): string => (plan.llm ? llmTest(plan) : plainTest(plan));

const plainTest = ({ name, file }: TaskPlan): string => `import assert from "node:assert/strict";
import { test } from "node:test";
import { taskContext } from "sluice/testing";
import { run } from "../sluice/tasks/${file}.run.ts";

test("${name} answers as its contract says", async () => {
  // TODO: an input as a caller sends it, and what the task is to answer.
  assert.deepEqual(await run({ text: "Water flows downhill." }, taskContext()), { characters: 21 });
});
`;

const llmTest = ({ name, file }: TaskPlan): string => `import assert from "node:assert/strict";
import { test } from "node:test";
import { recipe } from "../sluice/tasks/${file}.run.ts";

const input = { text: "Water flows downhill." };

test("${name} asks the model about the caller's text", () => {
  // TODO: the instructions for the model.
  assert.match(recipe.buildPrompt(input).prompt, /Water flows downhill\\./);
});

test("${name} takes a good answer and refuses an empty one", async () => {
  // TODO: answers as a model gives them, good and bad.
  const answer = { text: " Water runs down hills. ", values: [], isCut: false, usage: null };

  assert.deepEqual(await recipe.postprocess(answer, input), { text: "Water runs down hills." });
  assert.throws(() => recipe.postprocess({ ...answer, text: " " }, input), /no text/);
});
`;
