import { mergedHandler } from "../queue-handler.ts";
import * as keywords from "../tasks/keywords.ts";
import * as llmCall from "../tasks/llm-call.ts";
import * as normalize from "../tasks/normalize.ts";
import * as summarize from "../tasks/summarize.ts";

export const handler = mergedHandler("language", {
  summarize,
  keywords,
  normalize,
  llm_call: llmCall,
});
