import { z } from "zod";
import { LLMClientError, type TaskError, UnreadableAnswerError } from "../../../../contracts/errors.ts";
import type { Usage } from "../../../../contracts/jobs/wire.ts";
import { bounded, serverWords } from "../../../lib/http/server-words.ts";
import type { FinishReason, ModelAnswer } from "../backend.ts";
import { errorInAnswer, type ServerName, type ServerReply } from "../server-errors.ts";

/** More tokens than a call can have: the count is wrong. */
const MAX_TOKENS_COUNTED = 1_000_000_000;

const textPart = z.looseObject({ type: z.string().optional(), text: z.string() });
const contentSchema = z
  .union([z.string(), z.array(z.unknown()), textPart, z.record(z.string(), z.unknown())])
  .nullish();
const text = z.string().nullish().catch(undefined);

/** Everything but the message is optional, and what is odd counts as absent: it must not cost the answer. */
const choiceWithMessage = z.looseObject({
  message: z.looseObject({
    content: contentSchema.catch(undefined),
    reasoning_content: text,
    reasoning: text,
    thinking: text,
    refusal: z.unknown().optional(),
    tool_calls: z.array(z.unknown()).nullish().catch(undefined),
    /** What became `tool_calls`. */
    function_call: z.unknown().optional(),
    /** The object, from servers that parse it. */
    parsed: z.unknown().optional(),
  }),
  index: z.unknown().optional(),
  finish_reason: z.unknown().optional(),
  /** The server's own word behind a gateway's: it may say of a `stop` that it was a cut. */
  native_finish_reason: z.unknown().optional(),
  stop_reason: z.unknown().optional(),
  finish_details: z.unknown().optional(),
  content_filter_results: z.unknown().optional(),
  /** Of proxies whose server failed in the middle of an answer. */
  error: z.unknown().optional(),
});
/** A choice of a plain completion has its text in place of a message. */
const choiceSchema = z.preprocess((choice) => {
  const isPlain = typeof choice === "object" && choice !== null && !("message" in choice) && "text" in choice;
  return isPlain ? { ...choice, message: { content: choice.text } } : choice;
}, choiceWithMessage);
const completionSchema = z.looseObject({
  choices: z.array(choiceSchema).min(1),
  model: text,
  usage: z.unknown().optional(),
});
const toolCallSchema = z.looseObject({ function: z.looseObject({ arguments: z.unknown() }) });
const count = z.int().min(0).max(MAX_TOKENS_COUNTED);
const usageSchema = z.looseObject({ prompt_tokens: count.min(1), completion_tokens: count });

/** Servers' own words for the end of an answer, by what they speak of; the first that fits counts. */
const finishReasons: readonly (readonly [finish: FinishReason, words: RegExp])[] = [
  ["tool-calls", /^(?:tool_calls?|tool_use|function_call)$/],
  [
    "content-filter",
    /filter|safety|moderat|guardrail|block|sensitive|toxic|polic|censor|flagged|prohibited|spii|recitation|refusal|^language$/,
  ],
  [
    "broken-off",
    /error(?!_limit)|abort|cancel|time|deadline|network|fail|interrupt|disconnect|malformed|unexpected|preempt|insufficient|oom|cache_full|overload|repetition|pause|kill/,
  ],
  [
    "stop",
    /^(?:stop(?:ped|_sequence|_token|_word)?|eos(?:_token)?|end|end_turn|finish(?:ed)?|completed?|done|success)$/,
  ],
  ["length", /length|token|limit|truncat|incomplete|context/],
];

type Choice = z.infer<typeof choiceWithMessage>;

/** A reason as a word, also where it stands in a list or an object. */
function reasonIn(given: unknown): string | undefined {
  if (typeof given === "string") return given || undefined;
  if (Array.isArray(given)) return reasonIn(given[0]);
  return typeof given === "object" && given !== null ? reasonIn(Reflect.get(given, "type")) : undefined;
}

/** What a server's own word for the end of an answer means. */
export function finishOf(reason: string): FinishReason {
  const word = reason
    .replace(/(?<=[a-z])(?=[A-Z])/g, "_")
    .toLowerCase()
    .replace(/^finish_reason_/, "")
    .replaceAll(/[-\s]/g, "_");
  return finishReasons.find(([, words]) => words.test(word))?.[0] ?? "other";
}

/** Whether Azure's filter says of any kind that it cut the answer. */
const isFiltered = ({ content_filter_results: results }: Choice): boolean =>
  typeof results === "object" &&
  results !== null &&
  Object.values(results).some((each) => typeof each === "object" && each !== null && each.filtered === true);

/** Why the answer ended. Of several words the one that says that it is not whole; without any nobody knows. */
function endOf(choice: Choice): Pick<ModelAnswer, "finish" | "finishReason"> {
  const own = reasonIn(choice.finish_reason);
  if (isFiltered(choice)) return { finish: "content-filter", finishReason: own ?? "content_filter" };
  const others = [choice.native_finish_reason, choice.stop_reason, choice.finish_details].flatMap(
    (each) => reasonIn(each) ?? [],
  );
  const broken = own === undefined || finishOf(own) === "stop" ? others.find((each) => isNoEnd(finishOf(each))) : own;
  const reason = broken ?? own ?? others.find((each) => finishOf(each) === "stop");
  return reason === undefined ? { finish: "other" } : { finish: finishOf(reason), finishReason: reason };
}

const isNoEnd = (finish: FinishReason): boolean =>
  finish === "length" || finish === "content-filter" || finish === "broken-off";

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

/** `{"value": "..."}`, in which some servers put a part's text. */
function partText(given: unknown): unknown {
  const value: unknown = typeof given === "object" && given !== null ? Reflect.get(given, "value") : undefined;
  return typeof value === "string" ? value : given;
}

/** Calls of tools among the parts of Anthropic's shape. */
const callsIn = (content: z.infer<typeof contentSchema>): unknown[] =>
  (Array.isArray(content) ? content : []).flatMap((part) => {
    const call = z.looseObject({ type: z.literal("tool_use"), input: z.unknown() }).safeParse(part).data;
    return call ? [{ function: { arguments: call.input } }] : [];
  });

/** Content as a string or as parts; thoughts and refusals may be parts, too. */
function contentOf(content: z.infer<typeof contentSchema>): Content {
  const parts = typeof content === "string" ? [content] : Array.isArray(content) ? content : [content];
  const found = { text: "", thinking: "", refusal: "" };
  for (const part of parts) {
    if (typeof part === "string") found.text += part;
    if (typeof part !== "object" || part === null) continue;
    const type = String(Reflect.get(part, "type") ?? "text");
    const kind = type === "refusal" ? "refusal" : /think|reason/.test(type) ? "thinking" : "text";
    const given: unknown = Reflect.get(part, type) ?? Reflect.get(part, "text") ?? Reflect.get(part, "content");
    const inner = partText(given);
    if (typeof inner === "string") found[kind] += inner;
    else if (Array.isArray(inner)) found[kind] += contentOf(inner).text;
    // JSON in a part of its own is not encoded.
    else if (type === "json") found[kind] += JSON.stringify(inner ?? null);
    // An object that is not a part is the answer itself, not encoded.
    else if (Reflect.get(part, "type") === undefined) found.text += JSON.stringify(part);
  }
  return found;
}

/** The words of a field that says that the model refused; some servers say only that it did. */
function refusalOf(given: unknown): string {
  if (typeof given === "string") return given;
  if (typeof given === "object" && given !== null) return serverWords(JSON.stringify(given));
  return given === true ? "without a word" : "";
}

const objectIn = (value: unknown): Record<string, unknown> | undefined =>
  z.record(z.string(), z.unknown()).safeParse(value).data;

function toolArgumentsOf(calls: readonly unknown[]): string[] {
  return calls.map((call) => {
    const given = toolCallSchema.safeParse(call).data?.function.arguments;
    return typeof given === "string" ? given : JSON.stringify(given ?? {});
  });
}

/** Parts that a framework encoded again: `[{"type":"text","text":"..."}]` as a string. */
function decodedParts(content: z.infer<typeof contentSchema>): z.infer<typeof contentSchema> {
  if (typeof content !== "string" || !/^\s*\[\s*\{\s*"type"\s*:/.test(content)) return content;
  const parts = z.array(textPart.extend({ type: z.literal("text") })).safeParse(parsed(content));
  return parts.data ?? content;
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

/** Strings, which stay, and words for numbers that Python writes into JSON. */
const NOT_NUMBERS = /"(?:[^"\\]|\\.)*"|-?(?:NaN|Infinity)\b/g;

function parsed(given: string): unknown {
  const body = given.replace(/^\ufeff/, "");
  for (const text of [body, body.replace(NOT_NUMBERS, (found) => (found.startsWith('"') ? found : "null"))]) {
    try {
      return JSON.parse(text);
    } catch {}
  }
  return undefined;
}

/**
 * Reads a 2xx reply to a chat completion.
 * @param model the name to book tokens on where the server gives none
 * @throws UnreadableAnswerError, or the error that the body contains
 */
export function answerIn(reply: ServerReply, server: ServerName, model: string): ModelAnswer {
  const value = parsed(reply.body);
  if (typeof value === "object" && value !== null) {
    const error = errorInAnswer(value, reply, server);
    if (error) throw error;
  }
  const completion = completionSchema.safeParse(value);
  const choices = completion.data?.choices ?? [];
  const choice = choices.find(({ index }) => index === 0) ?? choices[0];
  if (!choice) throw unreadable(reply, server);
  const { message } = choice;
  if (typeof choice.error === "object" && choice.error !== null) {
    const error = errorInAnswer({ error: choice.error }, { ...reply, body: JSON.stringify(choice) }, server);
    if (error) throw error;
  }
  const content = contentOf(decodedParts(message.content) ?? objectIn(message.parsed));
  const reasoning = [message.reasoning_content, message.reasoning, message.thinking, content.thinking];
  const refusal = refusalOf(message.refusal) || content.refusal;
  return {
    text: content.text,
    reasoning: reasoning.find((each) => each) ?? "",
    ...(refusal && { refusal }),
    toolArguments: toolArgumentsOf(
      message.tool_calls ?? (message.function_call ? [{ function: message.function_call }] : callsIn(message.content)),
    ),
    ...endOf(choice),
    usage: usageOf(completion.data?.usage, completion.data?.model || model),
  };
}
