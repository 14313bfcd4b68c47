import { createAnthropic } from "@ai-sdk/anthropic";
import type { LanguageModelBackend } from "../backend.ts";
import type { BackendOptions } from "../server.ts";
import { fetchHere, modelBackend } from "./model-backend.ts";

/** Given, so that the environment cannot name another one. */
const ANTHROPIC_URL = "https://api.anthropic.com/v1";

/** Anthropic's Messages API. @throws LLMClientError when no model is named */
export const anthropic = (options: BackendOptions): LanguageModelBackend =>
  modelBackend(options, (modelId, apiKey) =>
    // An empty key is sent as it is: the package would look for one in the environment.
    createAnthropic({ fetch: fetchHere, baseURL: options.server.url ?? ANTHROPIC_URL, apiKey: apiKey ?? "" })(modelId),
  );
