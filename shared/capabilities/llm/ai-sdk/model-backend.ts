import { generateText, jsonSchema, type LanguageModel, type ModelMessage, NoObjectGeneratedError, Output } from "ai";
import { AuthenticationError } from "../../../../contracts/errors.ts";
import type { Usage } from "../../../../contracts/jobs/wire.ts";
import { temperatureOf } from "../../../../contracts/settings/llm.ts";
import { compileSchema } from "../../json-schema/compile-schema.ts";
import { schemaForGrammar } from "../../json-schema/schema-for-grammar.ts";
import type { FinishReason, Generation, LanguageModelBackend, ModelAnswer } from "../backend.ts";
import { finishOf } from "../chat/response.ts";
import { type BackendOptions, modelOf, type RequestSettings } from "../server.ts";
import { withinTime } from "../within-time.ts";
import { toTaskError } from "./errors.ts";

// The SDK would print provider warnings to the console, which is not where our logs go.
globalThis.AI_SDK_LOG_WARNINGS = false;

/** How a provider's package makes its model: with the key, which is read for each request. */
type CreateModel = (modelId: string, key: string | undefined) => LanguageModel;

/** Redirects are not followed: the key would go to where one leads. */
export const fetchHere: typeof globalThis.fetch = (input, init) =>
  globalThis.fetch(input, { ...init, redirect: "manual" });

interface SdkAnswer {
  readonly text?: string | undefined;
  readonly reasoningText?: string | undefined;
  readonly finishReason?: string | undefined;
  /** The provider's own word. */
  readonly rawFinishReason?: string | undefined;
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
  error: "broken-off",
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

interface Question {
  readonly model: () => Promise<LanguageModel>;
  readonly settings: RequestSettings;
}

/** Asks the model; an answer that the SDK could not parse as an object is still an answer here. */
async function ask(generation: Generation, signal: AbortSignal, { model, settings }: Question): Promise<SdkAnswer> {
  const { schema } = generation;
  const temperature = generation.temperature ?? temperatureOf(settings);
  let ownWord: string | undefined;
  const sent = schema && schemaForGrammar(compileSchema(schema, "/schema").schema, true);
  try {
    return await generateText({
      model: await model(),
      ...(generation.system === "" ? {} : { system: generation.system }),
      messages: messagesOf(generation),
      ...(temperature === undefined ? {} : { temperature }),
      ...(settings.TOP_P === undefined ? {} : { topP: settings.TOP_P }),
      maxOutputTokens: generation.maxTokens ?? settings.MAX_TOKENS,
      ...(sent ? { output: Output.object({ schema: jsonSchema(sent), name: "output" }) } : {}),
      maxRetries: 0,
      abortSignal: signal,
      // An answer that is no object is thrown without the provider's word for its end.
      onStepFinish: ({ rawFinishReason }) => {
        ownWord = rawFinishReason;
      },
    });
  } catch (error) {
    if (!NoObjectGeneratedError.isInstance(error)) throw error;
    const { text, finishReason, usage, response } = error;
    return { text, finishReason, rawFinishReason: ownWord, usage, response };
  }
}

/** Why the answer ended: by the provider's own word where the SDK has none for it. */
function endOf({ finishReason, rawFinishReason }: SdkAnswer): Pick<ModelAnswer, "finish" | "finishReason"> {
  const known = finishReasons[finishReason ?? "stop"];
  const finish = known ?? (rawFinishReason ? finishOf(rawFinishReason) : "other");
  return { finish, ...(rawFinishReason && { finishReason: rawFinishReason }) };
}

/**
 * A backend over any language model of the AI SDK.
 * @throws LLMClientError when no model is named
 */
export function modelBackend({ server, settings }: BackendOptions, create: CreateModel): LanguageModelBackend {
  const modelId = modelOf(server);
  const called = { what: "model server", urlSetting: server.setBy.url };
  const model = async () => create(modelId, await server.key());
  return {
    name: server.type,
    model: modelId,
    async generate(generation): Promise<ModelAnswer> {
      try {
        const answer = await withinTime(
          { signal: generation.signal, seconds: settings.LLM_TIMEOUT_SECONDS, what: called.what },
          (signal) => ask(generation, signal, { model, settings }),
        );
        return {
          text: answer.text ?? "",
          reasoning: answer.reasoningText ?? "",
          ...endOf(answer),
          usage: usageOf(answer, modelId),
        };
      } catch (error) {
        const mapped = generation.signal.aborted ? error : toTaskError(error, called);
        if (mapped instanceof AuthenticationError) server.keyRefused();
        throw mapped;
      }
    },
  };
}
