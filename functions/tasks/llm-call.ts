import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { addUsage } from "../../contracts/jobs/add-usage.ts";
import type { Usage } from "../../contracts/jobs/wire.ts";
import { llmCall } from "../../contracts/tasks/llm-call.ts";
import { compileSchema } from "../../shared/capabilities/json-schema/compile-schema.ts";
import { llmTask } from "../../shared/capabilities/llm/llm-task.ts";
import { configOf } from "../../shared/capabilities/llm/providers/job-model.ts";
import { requiredModel } from "../../shared/capabilities/llm/question.ts";
import { freeTextIn, mayDecline } from "../../shared/capabilities/llm/reading/free-text.ts";
import { objectOfSchema } from "../../shared/capabilities/llm/reading/object-of-schema.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";

/** Asks the model of the job's config, or of the stage where it has none. */
export async function run(input: TaskInput<"llm_call">, context: TaskContext): Promise<TaskOutput<"llm_call">> {
  const { output_schema: schema, system = "", parameters } = configOf(context) ?? {};
  const hasOwnBound = parameters?.max_tokens !== undefined;
  // A broken schema is refused before a token is spent on it.
  const compiled = schema && compileSchema(schema, "/config/output_schema");
  let used: Usage | undefined;
  const given = (prompt: string) => ({ source: prompt, mayDecline: mayDecline({ system, prompt }) });
  const resultOf = (response: TaskOutput<"llm_call">["response"], isTruncated: boolean) => ({
    response,
    usage: used ?? null,
    ...(isTruncated && { truncated: true as const }),
  });
  const call = llmTask(
    llmCall,
    {
      buildPrompt: ({ query }) => ({ system: "", prompt: query, ...(schema && { schema }) }),
      postprocess(answer, { query: prompt }) {
        if (compiled) return resultOf(objectOfSchema(answer, compiled, given(prompt)), answer.isCut);
        const { text, truncated } = freeTextIn(answer, { system, prompt, hasOwnBound });
        return resultOf(text, truncated);
      },
    },
    { model: (job) => requiredModel(llmCall.name, job) },
  );
  const usage = (more: Usage): void => {
    used = addUsage(used, more);
    context.usage(more);
  };
  return await call.run(input, { ...context, usage });
}
