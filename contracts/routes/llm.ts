import { llmCallAcceptedSchema, llmCallSchema } from "../llm/call.ts";
import { llmAnswerSchema, llmCompleteSchema } from "../llm/complete.ts";
import type { RouteDefinition } from "./define-route.ts";
import { projectQuery, submitHeaders } from "./shared-fields.ts";

/** Asking the language model directly. */
export const llmRoutes = {
  callLlm: {
    method: "POST",
    path: "/llm/call",
    scope: "submit",
    tag: "Language models",
    summary: "Ask a language model by a config, as a job",
    description:
      "A job of the task `llm_call` on the high lane; its result is `{response, usage}`. AWS calls: those of a submit; a stored config adds two DynamoDB reads, a provider one call of SSM a minute.",
    query: projectQuery,
    headers: submitHeaders,
    body: llmCallSchema,
    response: { status: 202, schema: llmCallAcceptedSchema },
    problems: [409, 413, 415, 503],
  },
  completeLlm: {
    method: "POST",
    path: "/llm/complete",
    scope: "submit",
    tag: "Language models",
    summary: "Send one prompt to the stage's language model and wait for the answer",
    description:
      "For what is short and interactive: nothing is queued, retried or kept, and the answer must come within 25 s. Everything else is a task. Refused (422) where LLM_BACKEND is `embedded`, which is not a language model. AWS calls: one DynamoDB write, for the tokens in the metrics.",
    query: projectQuery,
    body: llmCompleteSchema,
    response: { status: 200, schema: llmAnswerSchema },
    problems: [413, 415, 429, 503],
  },
} as const satisfies Record<string, RouteDefinition>;
