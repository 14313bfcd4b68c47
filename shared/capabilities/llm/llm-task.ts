import type { z } from "zod";
import type { TaskDefinition } from "../../../contracts/define-task.ts";
import type { TaskContext } from "../../engine/worker/context.ts";
import { askQuestion, type Prompt, type QuestionOptions } from "./question.ts";
import type { Answer } from "./reading/read-answer.ts";

/** What makes a task of a language model: what to ask, and what to make of the answer. */
export interface LlmRecipe<Input, Output> {
  /** @throws InvalidInputError when the input cannot be asked about */
  buildPrompt(input: Input): Prompt;
  /**
   * @throws SchemaValidationError or UnreadableAnswerError when the answer is not what was asked for: the model is asked
   * again, with the error's words
   */
  postprocess(answer: Answer, input: Input): Output | Promise<Output>;
}

/** Makes a task's `run` out of a prompt and what to do with the answer: a task of one question. */
export function llmTask<Input extends z.ZodType, Output extends z.ZodType>(
  definition: TaskDefinition<string, string, Input, Output>,
  recipe: LlmRecipe<z.output<Input>, z.output<Output>>,
  options: QuestionOptions = {},
) {
  return {
    async run(input: z.output<Input>, context: TaskContext): Promise<z.output<Output>> {
      const question = {
        task: { name: definition.name, input },
        prompt: recipe.buildPrompt(input),
        read: (answer: Answer) => recipe.postprocess(answer, input),
      };
      return await askQuestion(question, context, options);
    },
  };
}
