/**
 * What a model server's answer means when it is not 200 with an answer: which error, and whether another attempt helps.
 * Of a body, codes and types count first; words only where servers have no code of their own.
 *
 * @module
 */

import {
  AuthenticationError,
  ContentFilterError,
  LLMClientError,
  LLMServerError,
  LLMTimeoutError,
  QuotaExceededError,
  RateLimitError,
  RedirectError,
  type TaskError,
  TextTooLongError,
  TryAgainError,
  UnreadableAnswerError,
} from "../../../contracts/errors.ts";
import { waitAskedFor } from "../../lib/http/retry-after.ts";
import { bounded, serverWords } from "../../lib/http/server-words.ts";

/** What a server sent. */
export interface ServerReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** How messages name the server, and the setting that holds its address. */
export interface ServerName {
  /** Such as "model server". */
  readonly what: string;
  readonly urlSetting: string;
}

const TOO_LONG_CODE =
  /"(?:exceed_context_size_error|context_length_exceeded|context_window_exceeded|model_max_prompt_tokens_exceeded)"/;
const TOO_LONG =
  /(?:exceeds?|longer than|larger than|beyond|over)\b[^.]{0,60}\bcontext\b|\bcontext (?:length|size|window)\b[^.]{0,60}\b(?:exceed|is only|of only|too|reached|overflow)|maximum context length|max(?:imum)?_?model_?len|(?:prompt|input|request)\b[^.]{0,40}\btoo (?:long|large|many tokens)|too many (?:input |prompt )?tokens|input (?:length|tokens?)[^.]{0,40}(?:exceed|must be)|reduce the length|tokens\b[^.]{0,40}\bmust be <=|exceeds the (?:limit|maximum)[^.]{0,30}tokens|context shift is disabled|less than \d+ tokens|too big compared to kv|string too long/i;
const QUOTA_CODE =
  /"(?:insufficient_quota|quota_exceeded|billing_hard_limit_reached|billing_not_active|insufficient_balance|insufficient_credits|payment_required)"/;
const QUOTA =
  /exceeded your current quota|billing|insufficient[^.]{0,20}(?:balance|credit|fund|quota)|credit balance|out of credits|hard limit/i;

/** A filter of the server's refuses the prompt: Azure, OpenAI, OpenRouter, Zhipu. */
const FILTER_CODE =
  /"(?:content_filter|content_policy_violation|ResponsibleAIPolicyViolation|moderation_blocked|data_inspection_failed|invalid_prompt|flagged_input|contentFilter)"/;
/** The model wrote something else than the JSON or the call that the server looked for: Groq. */
const UNPARSED_CODE = /"(?:json_validate_failed|output_parse_failed|tool_use_failed)"/;
/** LiteLLM's budget of a key. */
const BUDGET_CODE = /"budget_exceeded"/;
/** AWS says so with 400. */
const THROTTLED = /"(?:[\w.#]*#)?(?:ThrottlingException|TooManyRequestsException)"/;

/** Google says so with 400. */
const WRONG_KEY_CODE = /"API_KEY_(?:INVALID|SERVICE_BLOCKED)"/;
/** Anthropic says so with 400. */
const NO_CREDIT = /credit balance is too low/i;

/** Seconds to wait as Google states them in the body (google.rpc.RetryInfo): it sends no header. */
function retryDelayIn(body: string): number | undefined {
  const stated = /"retryDelay"\s*:\s*"(\d{1,6}(?:\.\d{1,9})?)s"/.exec(body)?.[1];
  return stated === undefined ? undefined : Math.ceil(Number(stated));
}

/** The context's size as the server states it: llama.cpp's `n_ctx`, "maximum context length is 4096 tokens". */
function contextTokensIn(body: string): number | undefined {
  const stated =
    /"n_ctx"\s*:\s*(\d{2,8})/.exec(body) ??
    /context (?:length|size|window)[^\d]{0,30}?(?:is|of|\()\s*(?:only )?(\d{3,8})/i.exec(body);
  return stated?.[1] === undefined ? undefined : Number(stated[1]);
}

/** Whether a server says that the request does not fit into the model's context, by whatever status. */
export const isTooLong = (body: string): boolean => TOO_LONG_CODE.test(body) || TOO_LONG.test(serverWords(body));

function redirect({ status, headers }: ServerReply, { what, urlSetting }: ServerName): TaskError {
  const to = bounded(headers.get("location") ?? "nowhere");
  return new RedirectError(
    `The ${what} answered ${status}, a redirect to ${to}, which is not followed. Set ${urlSetting} to where it serves.`,
  );
}

/**
 * The error for an answer that is an error.
 * @returns undefined for 2xx
 */
export function serverError(reply: ServerReply, server: ServerName): TaskError | undefined {
  const { status, headers, body } = reply;
  if (status < 300) return undefined;
  if (status < 400) return redirect(reply, server);
  const words = serverWords(body);
  const message = `The ${server.what} answered ${status}${words ? `: ${words}` : ", without a word."}`;
  const retryAfterSeconds = waitAskedFor(headers) ?? retryDelayIn(body);
  const options = { retryAfterSeconds };
  if (FILTER_CODE.test(body) && status < 500) {
    return new ContentFilterError(`The content filter of the ${server.what} refused the prompt. ${message}`);
  }
  if (UNPARSED_CODE.test(body) && status < 500) return new UnreadableAnswerError(message);
  if (THROTTLED.test(body)) return new RateLimitError(message, options);
  if (isTooLong(body)) {
    const size = contextTokensIn(body);
    return new TextTooLongError(`The text is too long for the model. ${message}`, { ...options, contextTokens: size });
  }
  if (status === 402 || BUDGET_CODE.test(body) || (status === 400 && NO_CREDIT.test(words)))
    return new QuotaExceededError(`${message} Its account needs credit.`);
  if (status === 429) {
    const isExhausted = QUOTA_CODE.test(body) || (retryAfterSeconds === undefined && QUOTA.test(words));
    if (!isExhausted) return new RateLimitError(message, options);
    return new QuotaExceededError(`The quota at the ${server.what} is used up; waiting does not help. ${message}`);
  }
  if (status === 401 || status === 403 || (status === 400 && WRONG_KEY_CODE.test(body)))
    return new AuthenticationError(message, options);
  if (status === 408 || status === 504) return new LLMTimeoutError(message, options);
  if ([409, 424, 425, 498, 499].includes(status)) return new TryAgainError(message, options);
  if (status >= 500 && status !== 501) return new LLMServerError(message, options);
  return new LLMClientError(message, options);
}

function saysSomething(error: unknown): boolean {
  const words: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "message") : error;
  return typeof words === "string" && words.trim() !== "";
}

/**
 * The error for a 200 whose body says that it failed: `{"error": ...}`, `{"object": "error"}`.
 * @returns undefined when the body is an answer
 */
export function errorInAnswer(answer: object, reply: ServerReply, server: ServerName): TaskError | undefined {
  const error: unknown = Reflect.get(answer, "error");
  const isError = (error !== undefined && error !== null) || Reflect.get(answer, "object") === "error";
  const choices: unknown = Reflect.get(answer, "choices");
  // An error beside an answer may be empty; one that says something happened while it was written.
  if (!isError || (Array.isArray(choices) && choices.length > 0 && !saysSomething(error))) return undefined;
  const code: unknown =
    typeof error === "object" && error !== null ? Reflect.get(error, "code") : Reflect.get(answer, "code");
  const status = Number(code);
  if (status >= 400 && status < 600) return serverError({ ...reply, status }, server);
  if (isTooLong(reply.body) || QUOTA_CODE.test(reply.body)) {
    return serverError({ ...reply, status: QUOTA_CODE.test(reply.body) ? 429 : 400 }, server);
  }
  const words = serverWords(reply.body);
  return new UnreadableAnswerError(`The ${server.what} answered ${reply.status} with an error: ${words}`);
}
