import { queueHandler } from "../queue-handler.ts";
import * as llmCall from "../tasks/llm-call.ts";

export const handler = queueHandler("llm-call", { llm_call: llmCall });
