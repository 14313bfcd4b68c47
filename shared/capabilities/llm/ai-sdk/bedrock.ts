import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import { LLMClientError } from "../../../../contracts/errors.ts";
import type { LlmSettings } from "../../../../contracts/settings/llm.ts";
import { apiKey, forgetApiKey } from "../api-key.ts";
import type { LanguageModelBackend } from "../backend.ts";
import { modelBackend } from "./model-backend.ts";

/**
 * Amazon Bedrock's Converse API, signed with the function's own credentials, or with a Bedrock API key when
 * `LLM_API_KEY_SECRET` names one. `LLM_SERVER_URL` replaces the regional endpoint, for a VPC endpoint.
 * @throws LLMClientError when `LLM_MODEL` is not set
 */
export function bedrock(settings: LlmSettings, fetch?: typeof globalThis.fetch): LanguageModelBackend {
  const { LLM_MODEL: modelId, LLM_SERVER_URL: server, LLM_API_KEY_SECRET: secret } = settings;
  if (!modelId) throw new LLMClientError("LLM_BACKEND=bedrock needs LLM_MODEL, a Bedrock model id.");
  return modelBackend({
    name: "bedrock",
    settings,
    modelId,
    model: async () =>
      createAmazonBedrock({
        ...(server ? { baseURL: server } : {}),
        ...(secret ? { apiKey: await apiKey(secret) } : {}),
        ...(fetch ? { fetch } : {}),
      })(modelId),
    ...(secret ? { onAuthenticationError: () => forgetApiKey(secret) } : {}),
  });
}
