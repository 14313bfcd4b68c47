import { createGoogleGenerativeAI } from "@ai-sdk/google";
import type { LanguageModelBackend } from "../backend.ts";
import type { BackendOptions } from "../server.ts";
import { fetchHere, modelBackend } from "./model-backend.ts";

/** Given, so that the environment cannot name another one. */
const GOOGLE_URL = "https://generativelanguage.googleapis.com/v1beta";

/** Google's Gemini API, `generateContent`. @throws LLMClientError when no model is named */
export const google = (options: BackendOptions): LanguageModelBackend =>
  modelBackend(options, (modelId, apiKey) =>
    // An empty key is sent as it is: the package would look for one in the environment.
    createGoogleGenerativeAI({ fetch: fetchHere, baseURL: options.server.url ?? GOOGLE_URL, apiKey: apiKey ?? "" })(
      modelId,
    ),
  );
