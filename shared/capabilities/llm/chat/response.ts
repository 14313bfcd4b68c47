import { z } from "zod";
import { LLMClientError, type TaskError, UnreadableAnswerError } from "../../../../contracts/errors.ts";
import type { Usage } from "../../../../contracts/jobs/wire.ts";
import { bounded, serverWords } from "../../../lib/http/server-words.ts";
import type { FinishReason, ModelAnswer } from "../backend.ts";
import { errorInAnswer, type ServerName, type ServerReply } from "../server-errors.ts";

/** More tokens than a call can have: the count is wrong. */
const MAX_TOKENS_COUNTED = 1_000_000_000;

const textPart = z.looseObject({ type: z.string().optional(), text: z.string() });
const contentSchema = z.union([z.string(), z.array(z.unknown()), textPart]).nullish();
const text = z.string().nullish().catch(undefined);

/** Everything but the message is optional, and what is odd counts as absent: it must not cost the answer. */
const choiceSchema = z.looseObject({
  message: z.looseObject({
    content: contentSchema.catch(undefined),
    reasoning_content: text,
    reasoning: text,
    thinking: text,
    refusal: text,
    tool_calls: z.array(z.unknown()).nullish().catch(undefined),
  }),
  finish_reason: text,
});
const completionSchema = z.looseObject({
  choices: z.array(choiceSchema).min(1),
  model: text,
  usage: z.unknown().optional(),
});
const toolCallSchema = z.looseObject({ function: z.looseObject({ arguments: z.unknown() }) });
const count = z.int().min(0).max(MAX_TOKENS_COUNTED);
const usageSchema = z.looseObject({ prompt_tokens: count.min(1), completion_tokens: count });

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  eos: "stop",
  eos_token: "stop",
  stop_sequence: "stop",
  end_turn: "stop",
  length: "length",
  max_tokens: "length",
  model_length: "length",
  content_filter: "content-filter",
  safety: "content-filter",
  prohibited_content: "content-filter",
  tool_calls: "tool-calls",
  function_call: "tool-calls",
};

/** Tokens, when the server counts them in whole numbers. */
function usageOf(usage: unknown, model: string): Usage | null {
  const { data } = usageSchema.safeParse(usage);
  if (!data) return null;
  const { prompt_tokens, completion_tokens } = data;
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens, model };
}

interface Content {
  readonly text: string;
  readonly thinking: string;
  readonly refusal: string;
}

/** Content as a string or as parts; thoughts and refusals may be parts, too. */
function contentOf(content: z.infer<typeof contentSchema>): Content {
  const parts = typeof content === "string" ? [content] : Array.isArray(content) ? content : [content];
  const found = { text: "", thinking: "", refusal: "" };
  for (const part of parts) {
    if (typeof part === "string") found.text += part;
    if (typeof part !== "object" || part === null) continue;
    const type = String(Reflect.get(part, "type") ?? "text");
    const kind = type === "refusal" ? "refusal" : /think|reason/.test(type) ? "thinking" : "text";
    const inner: unknown = Reflect.get(part, type) ?? Reflect.get(part, "text") ?? Reflect.get(part, "content");
    if (typeof inner === "string") found[kind] += inner;
    else if (Array.isArray(inner)) found[kind] += contentOf(inner).text;
  }
  return found;
}

function toolArgumentsOf(calls: readonly unknown[]): string[] {
  return calls.map((call) => {
    const given = toolCallSchema.safeParse(call).data?.function.arguments;
    return typeof given === "string" ? given : JSON.stringify(given ?? {});
  });
}

function unreadable({ status, body, headers }: ServerReply, { what, urlSetting }: ServerName): TaskError {
  const type = headers.get("content-type") ?? "";
  if (/^\s*(?:data|event|id):|^:/.test(body) || type.includes("text/event-stream")) {
    return new LLMClientError(
      `The ${what} streamed its answer, though it was not asked to. ${urlSetting} must name a server that can answer whole.`,
    );
  }
  if (body.trim() === "") return new UnreadableAnswerError(`The ${what} answered ${status} with an empty body.`);
  const words = serverWords(body) || bounded(body);
  return new UnreadableAnswerError(`The ${what} answered ${status} with something that is not a completion: ${words}`);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body.replace(/^\ufeff/, ""));
  } catch {
    return undefined;
  }
}

/**
 * Reads a 2xx reply to a chat completion.
 * @param model the name to book tokens on where the server gives none
 * @throws UnreadableAnswerError, or the error that the body tells of
 */
export function answerIn(reply: ServerReply, server: ServerName, model: string): ModelAnswer {
  const value = parsed(reply.body);
  if (typeof value === "object" && value !== null) {
    const error = errorInAnswer(value, reply, server);
    if (error) throw error;
  }
  const completion = completionSchema.safeParse(value);
  const choice = completion.data?.choices[0];
  if (!choice) throw unreadable(reply, server);
  const { message, finish_reason } = choice;
  const content = contentOf(message.content);
  const reasoning = [message.reasoning_content, message.reasoning, message.thinking, content.thinking];
  const refusal = message.refusal || content.refusal;
  return {
    text: content.text,
    reasoning: reasoning.find((each) => each) ?? "",
    ...(refusal && { refusal }),
    toolArguments: toolArgumentsOf(message.tool_calls ?? []),
    finish: finishReasons[finish_reason?.toLowerCase() ?? "stop"] ?? "other",
    usage: usageOf(completion.data?.usage, completion.data?.model || model),
  };
}
