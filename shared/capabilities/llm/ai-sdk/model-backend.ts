import {
  type FinishReason,
  generateText,
  jsonSchema,
  type LanguageModel,
  type LanguageModelUsage,
  NoObjectGeneratedError,
  Output,
} from "ai";
import { AuthenticationError, LLMTimeoutError } from "../../../../contracts/errors.ts";
import type { Usage } from "../../../../contracts/jobs/wire.ts";
import type { LlmSettings } from "../../../../contracts/settings/settings.ts";
import { asObjectSchema } from "../../json-schema/object-schema.ts";
import type { Generation, GenerationResult, LanguageModelBackend } from "../backend.ts";
import { toTaskError } from "../errors.ts";
import { objectInText } from "./object-in-text.ts";

// The SDK would print provider warnings to the console, which is not where our logs go.
globalThis.AI_SDK_LOG_WARNINGS = false;

type Settings = Pick<LlmSettings, "TEMPERATURE" | "TOP_P" | "MAX_TOKENS" | "LLM_TIMEOUT_SECONDS">;
type ProviderOptions = NonNullable<Parameters<typeof generateText>[0]["providerOptions"]>;

export interface ModelBackendOptions {
  readonly name: LlmSettings["LLM_BACKEND"];
  readonly settings: Settings;
  /** Called per request, so that a key can be read late and refreshed. */
  readonly model: () => Promise<LanguageModel>;
  readonly modelId: string;
  readonly providerOptions?: ProviderOptions;
  /** Told when the server refused the key. */
  readonly onAuthenticationError?: () => void;
}

interface Answer {
  readonly text: string;
  readonly finishReason: FinishReason | undefined;
  readonly usage: LanguageModelUsage | undefined;
  readonly modelId: string | undefined;
}

function usageOf(answer: Answer, fallbackModel: string): Usage | null {
  const { inputTokens, outputTokens } = answer.usage ?? {};
  if (inputTokens === undefined && outputTokens === undefined) return null;
  const [prompt_tokens, completion_tokens] = [inputTokens ?? 0, outputTokens ?? 0];
  return {
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
    model: answer.modelId ?? fallbackModel,
  };
}

/** Asks the model; an answer that the SDK could not parse as an object is still an answer here. */
async function ask(generation: Generation, signal: AbortSignal, options: ModelBackendOptions): Promise<Answer> {
  const { settings, providerOptions } = options;
  try {
    const result = await generateText({
      model: await options.model(),
      ...(generation.system === "" ? {} : { system: generation.system }),
      prompt: generation.prompt,
      temperature: generation.temperature ?? settings.TEMPERATURE,
      ...(settings.TOP_P === undefined ? {} : { topP: settings.TOP_P }),
      maxOutputTokens: generation.maxTokens ?? settings.MAX_TOKENS,
      ...(generation.schema
        ? { output: Output.object({ schema: jsonSchema(asObjectSchema(generation.schema)), name: "output" }) }
        : {}),
      ...(providerOptions ? { providerOptions } : {}),
      maxRetries: 0,
      abortSignal: signal,
    });
    const { text, finishReason, usage, response } = result;
    return { text, finishReason, usage, modelId: response.modelId };
  } catch (error) {
    if (!NoObjectGeneratedError.isInstance(error)) throw error;
    return {
      text: error.text ?? "",
      finishReason: error.finishReason,
      usage: error.usage,
      modelId: error.response?.modelId,
    };
  }
}

/** A backend over any language model of the AI SDK. */
export function modelBackend(options: ModelBackendOptions): LanguageModelBackend {
  const { name, settings, modelId } = options;
  return {
    name,
    async generate(generation): Promise<GenerationResult> {
      const timeout = AbortSignal.timeout(settings.LLM_TIMEOUT_SECONDS * 1_000);
      let answer: Answer;
      try {
        generation.signal.throwIfAborted();
        answer = await ask(generation, AbortSignal.any([generation.signal, timeout]), options);
      } catch (error) {
        if (generation.signal.aborted) throw generation.signal.reason;
        if (timeout.aborted) {
          throw new LLMTimeoutError(`The model server did not answer within ${settings.LLM_TIMEOUT_SECONDS} s.`, {
            cause: error,
          });
        }
        const mapped = toTaskError(error);
        if (mapped instanceof AuthenticationError) options.onAuthenticationError?.();
        throw mapped;
      }
      const object = generation.schema ? objectInText(answer.text) : undefined;
      return {
        text: answer.text,
        ...(object ? { object } : {}),
        usage: usageOf(answer, modelId),
        truncated: answer.finishReason === "length",
      };
    },
  };
}
