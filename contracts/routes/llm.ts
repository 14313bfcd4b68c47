import { llmAnswerSchema, llmCallSchema } from "../llm/llm-call.ts";
import type { RouteDefinition } from "./define-route.ts";
import { projectQuery } from "./shared-fields.ts";

/** Asking the language model directly. */
export const llmRoutes = {
  callLlm: {
    method: "POST",
    path: "/llm/call",
    scope: "submit",
    tag: "Tasks",
    summary: "Send one prompt to the language model and wait for the answer",
    description:
      "For what is short and interactive: nothing is queued, retried or kept, and the answer must come within 25 s. Everything else is a task. Refused (422) where LLM_BACKEND is `embedded`, which is not a language model. AWS calls: one DynamoDB write, for the tokens in the metrics.",
    query: projectQuery,
    body: llmCallSchema,
    response: { status: 200, schema: llmAnswerSchema },
    problems: [413, 415, 429, 503],
  },
} as const satisfies Record<string, RouteDefinition>;
