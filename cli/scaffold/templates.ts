/**
 * The files of a new task: complete and running, with a TODO where the task itself begins.
 *
 * @module
 */

import type { RetryClass } from "../../contracts/jobs/retry.ts";

/** A new task with every name that its files need. */
export interface TaskPlan {
  readonly name: string;
  /** kebab-case, without extension. */
  readonly file: string;
  readonly identifier: string;
  readonly queue: string;
  readonly retry: RetryClass;
  readonly llm: boolean;
  readonly description: string;
}

/** The source of a new task's definition. */
export function contractFile({ name, identifier, queue, retry, llm, description }: TaskPlan): string {
  const shared = llm ? `import { languageSchema, llmTimeLimit, textSchema } from "./language.ts";\n` : "";
  const input = llm
    ? "text: textSchema,\n    language: languageSchema,"
    : "// TODO: what a caller sends; defaults are filled in before run() sees it.\n    text: z.string().min(1),";
  const output = llm ? "text: z.string()," : "// TODO: what the task answers.\n    characters: z.int().min(0),";
  return `import { z } from "zod";
import { defineTask } from "../define-task.ts";
${shared}
export const ${identifier} = defineTask({
  name: ${JSON.stringify(name)},
  description: ${JSON.stringify(description)},
  queue: ${JSON.stringify(queue)},
  input: z.strictObject({
    ${input}
  }),
  output: z.strictObject({
    ${output}
  }),
  retry: ${JSON.stringify(retry)},
  timeLimit: ${llm ? "llmTimeLimit" : "{ soft: 50, hard: 60 }"},
  memory: ${llm ? "1_024" : "256"},${llm ? `\n  uses: ["llm"],` : ""}
});
`;
}

/** The source of a new task's `run` function. */
export const handlerFile = (plan: TaskPlan): string => (plan.llm ? llmHandler(plan) : plainHandler(plan));

const plainHandler = ({
  name,
}: TaskPlan): string => `import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";

/** TODO: say what is worth knowing of how it works. */
export async function run(input: TaskInput<${JSON.stringify(name)}>): Promise<TaskOutput<${JSON.stringify(name)}>> {
  // TODO: the work itself. A second parameter (TaskContext) has the abort signal, progress and log.
  return { characters: input.text.length };
}
`;

/** What becomes of a model's answer, until a task's author says so. */
export const POSTPROCESS = `  postprocess({ text }) {
    if (text.trim() === "") throw new SchemaValidationError("/text: the model answered with no text");
    return { text: text.trim() };
  },`;

const llmHandler = ({
  file,
  identifier,
}: TaskPlan): string => `import type { InputOf, OutputOf } from "../../contracts/define-task.ts";
import { SchemaValidationError } from "../../contracts/errors.ts";
import { ${identifier} } from "../../contracts/tasks/${file}.ts";
import { languageName } from "../../shared/capabilities/llm/language-name.ts";
import { type LlmRecipe, llmTask } from "../../shared/capabilities/llm/llm-task.ts";

/** What the model is asked, and what becomes of its answer. */
export const recipe: LlmRecipe<InputOf<typeof ${identifier}>, OutputOf<typeof ${identifier}>> = {
  buildPrompt: ({ text, language }) => ({
    // TODO: what the model is to do.
    system: \`Rewrite the text in plain words, in \${languageName(language)}. Answer with the text alone.\`,
    prompt: \`<text>\\n\${text}\\n</text>\`,
  }),

${POSTPROCESS}
};

export const { run } = llmTask(${identifier}, recipe);
`;

/** The unit test of the task: its code without the engine, on an input and an answer that fit the contract. */
export const testFile = (plan: TaskPlan): string => (plan.llm ? llmTest(plan) : plainTest(plan));

const plainTest = ({ name, file, identifier }: TaskPlan): string => `import { expect, test } from "vitest";
import { ${identifier} } from "../../../contracts/tasks/${file}.ts";
import { run } from "../../../functions/tasks/${file}.ts";

test("${name} answers as its contract says", async () => {
  // TODO: an input as a caller sends it, and what the task is to answer.
  const input = ${identifier}.input.parse({ text: "Water flows downhill." });

  expect(${identifier}.output.parse(await run(input))).toEqual({ characters: 21 });
});
`;

const llmTest = ({ name, file, identifier }: TaskPlan): string => `import { expect, test } from "vitest";
import { ${identifier} } from "../../../contracts/tasks/${file}.ts";
import { recipe } from "../../../functions/tasks/${file}.ts";

const input = ${identifier}.input.parse({ text: "Water flows downhill.", language: "en" });

test("${name} asks the model about the caller's text", () => {
  // TODO: the instructions for the model.
  expect(recipe.buildPrompt(input).prompt).toContain("Water flows downhill.");
});

test("${name} takes a good answer and refuses an empty one", async () => {
  // TODO: answers as a model gives them, good and bad.
  const answer = { text: " Water runs down hills. ", values: [], isCut: false, usage: null };

  expect(${identifier}.output.parse(await recipe.postprocess(answer, input))).toEqual({ text: "Water runs down hills." });
  expect(() => recipe.postprocess({ ...answer, text: " " }, input)).toThrow("no text");
});
`;

/** The source of a new queue's entry point. */
export const queueFile = (plan: TaskPlan): string => `import { queueHandler } from "../queue-handler.ts";
import * as ${plan.identifier} from "../tasks/${plan.file}.ts";

export const handler = queueHandler(${JSON.stringify(plan.queue)}, { ${entryOf(plan)} });
`;

/** The task's entry in the catalog and in its queue's file. */
export const entryOf = ({ name, identifier }: TaskPlan): string =>
  name === identifier ? name : `${name}: ${identifier}`;
