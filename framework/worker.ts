/**
 * What the code of tasks is made with: the entry `sluice/worker` of the package, for modules that run in a worker alone.
 *
 * @module
 */

export { type LlmRecipe, llmTask } from "../shared/capabilities/llm/llm-task.ts";
