/**
 * A model server as a backend needs it: what it speaks, where, with which key and model. The LLM_* settings name one; an
 * admin defines others as providers.
 *
 * @module
 */

import { LLMClientError } from "../../../contracts/errors.ts";
import type { LlmProviderType } from "../../../contracts/llm/providers.ts";
import type { LlmSettings } from "../../../contracts/settings/llm.ts";
import { apiKey, forgetApiKey } from "./api-key.ts";

/** What a backend talks to. */
export interface ModelServer {
  readonly type: LlmProviderType;
  /** The base URL; the provider's own when left out. */
  readonly url?: string | undefined;
  /** Of Bedrock. */
  readonly region?: string | undefined;
  readonly model?: string | undefined;
  /** Where its address and model are set, for messages. */
  readonly setBy: { readonly url: string; readonly model: string };
  /** Read for each request, so that it can be read late and refreshed. @returns undefined without one */
  key(): Promise<string | undefined>;
  /** Told when the server refused the key. */
  keyRefused(): void;
}

/** Settings of a request that do not depend on the server. */
export type RequestSettings = Pick<
  LlmSettings,
  "TEMPERATURE" | "TOP_P" | "MAX_TOKENS" | "LLM_TIMEOUT_SECONDS" | "LLM_RESPONSE_FORMAT" | "LLM_TOKENS_PARAMETER"
>;

/** What a backend is made from. */
export interface BackendOptions {
  readonly server: ModelServer;
  readonly settings: RequestSettings;
}

/** The server that the settings name, for a backend other than `embedded`. */
export function serverOfSettings(
  { LLM_SERVER_URL: url, LLM_MODEL: model, LLM_API_KEY_SECRET: secret }: LlmSettings,
  type: LlmProviderType,
): ModelServer {
  return {
    type,
    url,
    model,
    setBy: { url: "LLM_SERVER_URL", model: "LLM_MODEL" },
    key: async () => secret && (await apiKey(secret)),
    keyRefused: () => void (secret && forgetApiKey(secret)),
  };
}

/** What a backend over the AI SDK cannot do without. @throws LLMClientError */
export function modelOf({ type, model, setBy }: ModelServer): string {
  if (model) return model;
  throw new LLMClientError(`A backend of type ${type} needs ${setBy.model}, the provider's name of a model.`);
}
