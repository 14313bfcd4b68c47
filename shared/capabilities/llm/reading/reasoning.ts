/**
 * Thoughts that a model writes into its answer, in the markup of its family.
 *
 * @module
 */

import { oneTurn } from "./template-tokens.ts";

/** An answer, and the reasoning that was before it. */
export interface Separated {
  /** The answer without thoughts. */
  readonly text: string;
  /** The thoughts, without their markup; empty when there were none. */
  readonly reasoning: string;
}

/** Names that model families give to the tag around thoughts. */
const NAMES =
  "(?:[a-z]{1,20}[:_])?(?:think|thinking|thoughts?|reasoning)(?:_?(?:process|content|block))?|reason|rationale|reflection|analysis|plan(?:ning)?|deliberation|brainstorm(?:ing)?|draft|internal(?:_\\w+)?|ant_?thinking|inner[_-](?:monologue|thoughts?)|scratch_?pad|chain_of_thought|cot|ponder(?:ing)?|musings?|contemplation|consideration|monologue|self[_-]?(?:critique|reflection|check)";
/** Other delimiters: Kimi, Magistral, Cohere, models trained like OpenThinker, DeepSeek, and two of Gemma's family. */
const OPENING = String.raw`<\s?(?:${NAMES})(?:\s[^<>]*)?(?<!\/)>|◁think▷|\[(?:BEGIN_)?THINK(?:ING)?\]|<\|(?:im_)?(?:start_|begin_|begin_of_|start_of_|begin▁of▁)?(?:think(?:ing)?|thoughts?|reasoning)(?:_start|_begin)?\|>|<\|inner_prefix\|>|<unused94>(?:\s*thought\b)?|<\|channel>\s*thought\b`;
const CLOSING = String.raw`</\s?(?:${NAMES})\s*>|◁/think▷|\[(?:/|END_)THINK(?:ING)?\]|<\|(?:(?:/|end_|end_of_|end▁of▁|/im_|im_end_)(?:think(?:ing)?|thoughts?|reasoning)|(?:think(?:ing)?|thoughts?|reasoning)_end)\|>|<\|inner_suffix\|>|<unused95>|<channel\|>`;
/** A text may be about such a tag: then it is in quotation marks or backticks. */
const TAG = new RegExp(String.raw`(?<![\`"'“‘«\\])(?:(?<open>${OPENING})|(?<close>${CLOSING}))`, "gi");

/** OpenAI's harmony format: `<|channel|>analysis<|message|>...<|end|>`; the answer is in the channel `final`. */
const CHANNEL = /<\|channel\|>\s*([a-z]+)[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>/g;
/** The same where the server dropped the tokens and kept the names. */
const BARE_CHANNELS =
  /^\s*(?:assistant)?analysis(?=[A-Z"'\s])([\s\S]*?)assistant\s*(?:commentary[\s\S]*?assistant\s*)?final(?=[^a-z])/;
/** Thoughts in another block before the answer: a fence of that name, a fold of a page, Ollama's own lines, italics. */
const BLOCKS = [
  /^\s*(?:<<|[{(【＜])\s?(?:think(?:ing)?|thoughts?|reasoning)\s?(?:>>|[})】＞])([\s\S]*?)(?:<<|[{(【＜])\s?\/\s?(?:think(?:ing)?|thoughts?|reasoning)\s?(?:>>|[})】＞])/i,
  /^([\s\S]*?)\[BEGIN (?:FINAL )?(?:RESPONSE|ANSWER|OUTPUT|SUMMARY)\]/,
  /^\s*```(?:think(?:ing)?|thoughts?|reasoning|analysis)[^\S\n]*\n([\s\S]*?)\n```/i,
  /^\s*<details\b[^>]*\btype="reasoning"[^>]*>([\s\S]*?)<\/details>/i,
  /^\s*<details\b[^>]*>\s*<summary>[^<]*(?:think|thought|reason|gedanke|überleg)[^<]*<\/summary>([\s\S]*?)<\/details>/i,
  /^\s*Thinking\.\.\.\s*\n([\s\S]*?)\n\s*\.\.\.done thinking\.?/i,
  /^\s*([*_]{1,2})\(?(?:thinking|thoughts?|reasoning)\b[^\n]*\1[^\S\n]*\n/i,
  /^\s*analysis\s*:\s*([\s\S]*?)\bfinal(?: answer)?\s*:/i,
  /^\s*draft\s*:\s*([\s\S]*?)\n\s*(?:final|revised)(?: \w+)?\s*:/i,
  /^\s*<!--\s*(?:thinking|thoughts?|reasoning|analysis)\b([\s\S]*?)-->/i,
  /^\s*[*_]{0,3}\[(?:thinking|thoughts?|reasoning)\][*_]{0,3}([\s\S]*?)[*_]{0,3}\[(?:\/(?:thinking|thoughts?|reasoning)|answer|summary|response)\][*_]{0,3}/i,
  /^\s*(?:>\s*)?\(?(?:💭|🤔|thought for \d+ ?s)[^\n]*\n\s*\n/iu,
  /^\s*>\s*[*_]{0,3}(?:thinking|thoughts?|reasoning)\b[^\n]*(?:\n>[^\n]*)*\n\s*\n/i,
  /^\s*\((?:thinking|thoughts?|reasoning)\s*:[^\n()]*\)\s*\n/i,
  /^\s*(?:#{1,6}\s*|[*_]{1,3})(?:analysis|reasoning|thinking|thoughts?|thought process|draft|analyse|gedanken)[*_]{0,3}\s*:?\s*\n([\s\S]*?)\n\s*(?=(?:#{1,6}\s*|[*_]{1,3})(?:final )?(?:summary|answer|response|zusammenfassung|antwort)[*_]{0,3}\s*:?\s*\n)/i,
  /^\s*(?:step 1|schritt 1|let me think|let['’]s think|first, (?:i|let))\b([\s\S]*?)\n\s*[*_#]{0,3}\s*(?:final |endgültige )?(?:summary|answer|zusammenfassung|antwort)[*_]{0,3}\s*:[*_]{0,3}/i,
];
/** Granite. */
const TITLED = /^\s*Here is my thought process:\s*([\s\S]*?)\s*Here is my response:\s*/;

/** Thoughts under a heading, up to the heading of the answer. */
const HEADED =
  /^\s*(?:#{1,6}\s*)?[*_]{0,3}(?:thinking|thoughts?|reasoning|thinking process|thought process|chain of thought|analys[ei]s?|gedanken(?:gang)?|überlegung(?:en)?)[*_]{0,3}\s*:[*_]{0,3}([\s\S]*?)\n\s*(?:#{1,6}\s*)?(?=[*_]{0,3}(?:(?:final|endgültige) )?(?:answer|response|summary|output|result|antwort|zusammenfassung|ergebnis)[*_]{0,3}\s*:)/i;
/** Switches of thinking that a model repeats, and empty tags. */
const SWITCHES = /^\s*(?:\/(?:no_)?think\b|<think\s*\/>)\s*|\s*\/(?:no_)?think\s*$/gi;
/** Tags of thoughts in the escapes of HTML or of JSON. */
const ESCAPED = /^\s*(?:&lt;|\\u003c)(?=\/?think)/i;
/** What is left of thoughts where their markup is not known. */
const TRACES =
  /(?:&lt;|\\u003c)\/?think|\/no_think\b|<\|\/?(?:channel|message|think)|\[\/?think(?:ing)?\]|^\s*assistant(?:analysis|final|commentary)|^\s*(?:chain of thought|thinking|reasoning|thought process)\s*:|^\s*to=\w+/i;

/** Whether a text bears the marks of thoughts outside of quotation marks and backticks. */
export const holdsThoughts = (text: string): boolean => TRACES.test(text.replace(/`[^`]*`|"[^"]*"/g, ""));

/** Thoughts under a heading that never come to an answer. */
const ONLY_HEADED =
  /^\s*(?:#{1,6}\s*)?[*_]{0,3}(?:(?:thinking|thought) process|here(?:(?:'|’)s| are) (?:a|my) (?:(?:thinking|thought) process|reasoning steps))\b[^\n]{0,120}:/i;

function withoutChannels(text: string): Separated | undefined {
  const heads = [...text.matchAll(CHANNEL)];
  if (heads.length === 0) return undefined;
  const messages = heads.map((head, index) => {
    const body = text.slice(head.index + head[0].length, heads[index + 1]?.index ?? text.length);
    return { channel: head[1], body: body.replace(/<\|(?:end|return|start|call)\|>[\s\S]*$/, "") };
  });
  const bodies = (isFinal: boolean) => messages.filter(({ channel }) => (channel === "final") === isFinal);
  return {
    text: bodies(true).at(-1)?.body.trim() ?? "",
    reasoning: bodies(false)
      .map(({ body }) => body)
      .join("\n"),
  };
}

const isAtLineStart = (text: string, index: number): boolean =>
  text.slice(text.lastIndexOf("\n", index - 1) + 1, index).trim() === "";

/**
 * Tags in all their forms: pairs, also nested; a lone closing one, where the template opened the tag in the prompt; a
 * lone opening one, where the answer was cut within the thoughts.
 */
function withoutTags(text: string): Separated {
  let kept = "";
  let reasoning = "";
  let depth = 0;
  let from = 0;
  const tags = [...text.matchAll(TAG)];
  const lastClosing = tags.findLast(({ groups }) => groups?.close)?.index ?? -1;
  for (const match of tags) {
    const piece = text.slice(from, match.index);
    if (match.groups?.open) {
      const isPair = match.index < lastClosing;
      if (depth === 0 && !isPair && !isAtLineStart(text, match.index)) continue;
      if (depth === 0) kept += piece;
      else reasoning += piece;
      depth += 1;
    } else if (depth === 0) {
      // What came before was thought, whatever it looked like.
      reasoning += kept + piece;
      kept = "";
    } else {
      reasoning += piece;
      depth -= 1;
    }
    from = match.index + match[0].length;
  }
  const rest = text.slice(from);
  return depth > 0 ? { text: kept, reasoning: reasoning + rest } : { text: kept + rest, reasoning };
}

/** The answer in a tag of its own at the end of thoughts that were never closed. */
const ANSWER_AT_END = /<(answer|final_answer|summary|response|output)>((?:(?!<\/?\1>)[\s\S])+)<\/\1>\s*$/i;
/** A fence that held thoughts alone. */
const EMPTY_FENCE = /^\s*(?:```|~~~)\w*\s*(?:```|~~~)(?=\s*\S)/;

function answerWithin({ text, reasoning }: Separated): Separated {
  const inner = text.trim() === "" ? ANSWER_AT_END.exec(reasoning)?.[2]?.trim() : undefined;
  return { text: inner ?? text.replace(EMPTY_FENCE, ""), reasoning };
}

/** Takes the thoughts out of a model's text, and the tokens of its template. */
export function separateReasoning(answer: string): Separated {
  const plain = answer.replace(SWITCHES, "");
  if (ESCAPED.test(plain)) return separateReasoning(unescapedTags(plain));
  return separatePlain(plain);
}

const unescapedTags = (text: string): string => text.replace(/&lt;|\\u003c/gi, "<").replace(/&gt;|\\u003e/gi, ">");

function separatePlain(answer: string): Separated {
  const channels = withoutChannels(answer);
  if (channels) return { ...channels, text: oneTurn(channels.text).trim() };
  // Tokens of channels that no channel can be told by: what is thought and what is said nobody knows.
  if (/<\|(?:channel|message)\|>/.test(answer)) return { text: "", reasoning: answer.trim() };
  const bare = [BARE_CHANNELS, TITLED, HEADED, ...BLOCKS]
    .map((each) => each.exec(answer))
    .find((each) => each !== null);
  const [text, first] = bare ? [answer.slice(bare[0].length), bare[1] ?? ""] : [answer, ""];
  const tags = answerWithin(withoutTags(text));
  if (ONLY_HEADED.test(tags.text)) return { text: "", reasoning: tags.text.trim() };
  return { text: oneTurn(tags.text).trim(), reasoning: (first + tags.reasoning).trim() };
}
