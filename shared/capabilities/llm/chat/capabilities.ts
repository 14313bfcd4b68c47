/**
 * What a chat server can do, as far as it matters to a request: set by settings, or learnt from what it refuses.
 *
 * @module
 */

import type { LlmSettings } from "../../../../contracts/settings/llm.ts";
import { serverWords } from "../../../lib/http/server-words.ts";
import { isTooLong, type ServerReply } from "../server-errors.ts";

/** What a server was found to accept. */
export interface Capabilities {
  /** How JSON is asked for; the schema is also in the prompt where it is not `json_schema`. */
  readonly responseFormat: "json_schema" | "json_object" | "none";
  readonly tokensParameter: "max_tokens" | "max_completion_tokens" | "none";
  readonly takesTemperature: boolean;
  readonly takesTopP: boolean;
  /** Whether messages may have the role `system`. */
  readonly takesSystem: boolean;
  /** False for one request: its schema goes without patterns and formats, which the server could not compile. */
  readonly takesPatterns: boolean;
  /** Whether the answer is asked for as a stream, which llama.cpp stops at once when its reader is gone. */
  readonly streams: boolean;
}

/** What is assumed of a server that was not asked yet. @param name its `LLM_BACKEND` */
export const assumed = (
  settings: Pick<LlmSettings, "LLM_RESPONSE_FORMAT" | "LLM_TOKENS_PARAMETER">,
  name: string,
): Capabilities => ({
  responseFormat: settings.LLM_RESPONSE_FORMAT === "auto" ? "json_schema" : settings.LLM_RESPONSE_FORMAT,
  tokensParameter: settings.LLM_TOKENS_PARAMETER === "auto" ? "max_tokens" : settings.LLM_TOKENS_PARAMETER,
  takesTemperature: true,
  takesTopP: true,
  takesSystem: true,
  takesPatterns: true,
  streams: name === "llamacpp",
});

const REFUSED =
  /unsupported|not support|unknown|unrecogni[sz]ed|unexpected|invalid|not allowed|not permitted|extra|unavailable|does not|must be|only|deprecated|cannot|failed|error/i;

/** A grammar, template or parameter that the server does not have. */
const CAUSE = /grammar|response_format|json_schema|system role|roles? must alternate|not support|unsupported/i;

/** Whether a reply refuses the parameter of that name. */
function refuses(body: string, words: string, names: RegExp): boolean {
  const parameter = /"param"\s*:\s*"([^"]*)"/.exec(body)?.[1];
  if (parameter) return names.test(parameter);
  return names.test(words) && REFUSED.test(words);
}

/**
 * What to try after a refusal.
 * @param hasPatterns whether the request's schema holds patterns or formats
 * @returns undefined when the refusal has another reason
 */
export function withoutRefused(
  reply: ServerReply,
  now: Capabilities,
  request: { readonly hasSchema: boolean; readonly hasPatterns: boolean; readonly hasSystem: boolean },
): Capabilities | undefined {
  const { status, body } = reply;
  // llama.cpp and servers behind gateways answer 500 for what their templates and grammars cannot do.
  if (![400, 404, 422, 500, 501].includes(status) || isTooLong(body)) return undefined;
  const words = serverWords(body);
  // Of a fault of the server's own, only words that name the cause count: what is learnt stays for the process.
  if (status !== 400 && status !== 422 && !CAUSE.test(words)) return undefined;
  if (refuses(body, words, /max_tokens/) && now.tokensParameter === "max_tokens") {
    return { ...now, tokensParameter: "max_completion_tokens" };
  }
  if (refuses(body, words, /max_completion_tokens/) && now.tokensParameter === "max_completion_tokens") {
    return { ...now, tokensParameter: "none" };
  }
  if (now.takesTemperature && refuses(body, words, /temperature/)) return { ...now, takesTemperature: false };
  if (now.streams && refuses(body, words, /\bstream/)) return { ...now, streams: false };
  if (now.takesTopP && refuses(body, words, /top_p/)) return { ...now, takesTopP: false };
  if (request.hasSchema && now.responseFormat !== "none") {
    const isGrammar = /grammar|pattern|regex|schema|\bformat\b/i.test(words);
    if (isGrammar && request.hasPatterns && now.takesPatterns) return { ...now, takesPatterns: false };
    if (isGrammar || refuses(body, words, /response_?format|json_schema|json_object|structured|guided/i)) {
      return { ...now, responseFormat: now.responseFormat === "json_schema" ? "json_object" : "none" };
    }
  }
  if (request.hasSystem && now.takesSystem && /system (?:role|message|prompt)|roles? must alternate/i.test(words)) {
    return { ...now, takesSystem: false };
  }
  return undefined;
}

/** What differs from what was assumed, a line each, with the setting that spares each new process the refusal. */
export function differences(now: Capabilities, first: Capabilities): string[] {
  const lines: string[] = [];
  if (now.responseFormat !== first.responseFormat) {
    lines.push(
      `JSON is asked for with response_format ${now.responseFormat}, as ${first.responseFormat} was refused (LLM_RESPONSE_FORMAT=${now.responseFormat})`,
    );
  }
  if (now.tokensParameter !== first.tokensParameter) {
    lines.push(
      `${first.tokensParameter} was refused; ${now.tokensParameter === "none" ? "no bound" : now.tokensParameter} is sent ` +
        `(LLM_TOKENS_PARAMETER=${now.tokensParameter})`,
    );
  }
  if (now.takesTemperature !== first.takesTemperature)
    lines.push("temperature is refused and not sent (TEMPERATURE=unset)");
  if (now.takesTopP !== first.takesTopP) lines.push("top_p is refused and not sent");
  if (now.streams !== first.streams) lines.push("streaming is refused: an answer is asked for whole");
  if (now.takesSystem !== first.takesSystem) lines.push("the system message is sent as part of the user's");
  return lines;
}
