import type { Usage } from "./wire.ts";

/** Adds up tokens. @returns the sum, with the model that was used last */
export function addUsage(sum: Usage | undefined, more: Usage): Usage {
  if (!sum) return more;
  return {
    prompt_tokens: sum.prompt_tokens + more.prompt_tokens,
    completion_tokens: sum.completion_tokens + more.completion_tokens,
    total_tokens: sum.total_tokens + more.total_tokens,
    model: more.model ?? sum.model,
  };
}
