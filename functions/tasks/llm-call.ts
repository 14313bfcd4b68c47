import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { addUsage } from "../../contracts/jobs/add-usage.ts";
import type { Usage } from "../../contracts/jobs/wire.ts";
import { llmCall } from "../../contracts/tasks/llm-call.ts";
import { compileSchema } from "../../shared/capabilities/json-schema/compile-schema.ts";
import { llmTask } from "../../shared/capabilities/llm/llm-task.ts";
import { configOf } from "../../shared/capabilities/llm/providers/job-model.ts";
import { requiredModel } from "../../shared/capabilities/llm/question.ts";
import { objectOfSchema } from "../../shared/capabilities/llm/reading/object-of-schema.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";

/** Asks the model of the job's config, or of the stage where it has none. */
export async function run(input: TaskInput<"llm_call">, context: TaskContext): Promise<TaskOutput<"llm_call">> {
  const schema = configOf(context)?.output_schema;
  // A broken schema is refused before a token is spent on it.
  const compiled = schema && compileSchema(schema, "/config/output_schema");
  let used: Usage | undefined;
  const call = llmTask(
    llmCall,
    {
      buildPrompt: ({ query }) => ({ system: "", prompt: query, ...(schema && { schema }) }),
      postprocess: (answer, { query }) => ({
        response: compiled ? objectOfSchema(answer, compiled, query) : answer.text,
        usage: used ?? null,
        ...(answer.isCut && { truncated: true as const }),
      }),
    },
    { model: (job) => requiredModel(llmCall.name, job) },
  );
  const usage = (more: Usage): void => {
    used = addUsage(used, more);
    context.usage(more);
  };
  return await call.run(input, { ...context, usage });
}
