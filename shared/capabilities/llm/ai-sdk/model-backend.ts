import { generateText, jsonSchema, type LanguageModel, type ModelMessage, NoObjectGeneratedError, Output } from "ai";
import { AuthenticationError } from "../../../../contracts/errors.ts";
import type { Usage } from "../../../../contracts/jobs/wire.ts";
import { type LlmSettings, temperatureOf } from "../../../../contracts/settings/llm.ts";
import { compileSchema } from "../../json-schema/compile-schema.ts";
import { schemaForGrammar } from "../../json-schema/schema-for-grammar.ts";
import type { FinishReason, Generation, LanguageModelBackend, ModelAnswer } from "../backend.ts";
import { withinTime } from "../within-time.ts";
import { toTaskError } from "./errors.ts";

// The SDK would print provider warnings to the console, which is not where our logs go.
globalThis.AI_SDK_LOG_WARNINGS = false;

const SERVER = { what: "model server", urlSetting: "LLM_SERVER_URL" } as const;

type Settings = Pick<LlmSettings, "TEMPERATURE" | "TOP_P" | "MAX_TOKENS" | "LLM_TIMEOUT_SECONDS">;

/** What a backend is made from. */
export interface ModelBackendOptions {
  readonly name: LlmSettings["LLM_BACKEND"];
  readonly settings: Settings;
  /** Called per request, so that a key can be read late and refreshed. */
  readonly model: () => Promise<LanguageModel>;
  readonly modelId: string;
  /** Told when the server refused the key. */
  readonly onAuthenticationError?: () => void;
}

interface SdkAnswer {
  readonly text?: string | undefined;
  readonly reasoningText?: string | undefined;
  readonly finishReason?: string | undefined;
  readonly usage?:
    | { readonly inputTokens?: number | undefined; readonly outputTokens?: number | undefined }
    | undefined;
  readonly response?: { readonly modelId?: string | undefined } | undefined;
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  length: "length",
  "content-filter": "content-filter",
  "tool-calls": "tool-calls",
};

function usageOf({ usage, response }: SdkAnswer, fallbackModel: string): Usage | null {
  const { inputTokens, outputTokens } = usage ?? {};
  if (inputTokens === undefined && outputTokens === undefined) return null;
  const [prompt_tokens, completion_tokens] = [inputTokens ?? 0, outputTokens ?? 0];
  return {
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
    model: response?.modelId ?? fallbackModel,
  };
}

function messagesOf({ prompt, correction }: Generation): ModelMessage[] {
  const asked: ModelMessage = { role: "user", content: prompt };
  if (!correction) return [asked];
  const { answer, complaint } = correction;
  return [asked, { role: "assistant", content: answer || "(no answer)" }, { role: "user", content: complaint }];
}

/** Asks the model; an answer that the SDK could not parse as an object is still an answer here. */
async function ask(generation: Generation, signal: AbortSignal, options: ModelBackendOptions): Promise<SdkAnswer> {
  const { settings } = options;
  const { schema } = generation;
  const temperature = generation.temperature ?? temperatureOf(settings);
  const sent = schema && schemaForGrammar(compileSchema(schema, "/schema").schema, true);
  try {
    return await generateText({
      model: await options.model(),
      ...(generation.system === "" ? {} : { system: generation.system }),
      messages: messagesOf(generation),
      ...(temperature === undefined ? {} : { temperature }),
      ...(settings.TOP_P === undefined ? {} : { topP: settings.TOP_P }),
      maxOutputTokens: generation.maxTokens ?? settings.MAX_TOKENS,
      ...(sent ? { output: Output.object({ schema: jsonSchema(sent), name: "output" }) } : {}),
      maxRetries: 0,
      abortSignal: signal,
    });
  } catch (error) {
    if (!NoObjectGeneratedError.isInstance(error)) throw error;
    return error;
  }
}

/** A backend over any language model of the AI SDK. */
export function modelBackend(options: ModelBackendOptions): LanguageModelBackend {
  const { name, settings, modelId } = options;
  return {
    name,
    model: modelId,
    async generate(generation): Promise<ModelAnswer> {
      try {
        const answer = await withinTime(
          { signal: generation.signal, seconds: settings.LLM_TIMEOUT_SECONDS, what: SERVER.what },
          (signal) => ask(generation, signal, options),
        );
        return {
          text: answer.text ?? "",
          reasoning: answer.reasoningText ?? "",
          finish: finishReasons[answer.finishReason ?? "stop"] ?? "other",
          usage: usageOf(answer, modelId),
        };
      } catch (error) {
        const mapped = generation.signal.aborted ? error : toTaskError(error, SERVER);
        if (mapped instanceof AuthenticationError) options.onAuthenticationError?.();
        throw mapped;
      }
    },
  };
}
