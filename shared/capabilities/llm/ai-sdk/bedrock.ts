import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import type { LanguageModelBackend } from "../backend.ts";
import type { BackendOptions } from "../server.ts";
import { fetchHere, modelBackend } from "./model-backend.ts";

/**
 * Amazon Bedrock's Converse API, signed with the function's own credentials, or with a Bedrock API key where there is one. A
 * URL replaces the regional endpoint, for a VPC endpoint.
 * @throws LLMClientError when no model is named
 */
export const bedrock = (options: BackendOptions): LanguageModelBackend =>
  modelBackend(options, (modelId, apiKey) =>
    createAmazonBedrock({
      fetch: fetchHere,
      ...(options.server.url && { baseURL: options.server.url }),
      ...(options.server.region && { region: options.server.region }),
      ...(apiKey && { apiKey }),
    })(modelId),
  );
