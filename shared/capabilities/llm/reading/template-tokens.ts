/**
 * The special tokens of chat templates, where a server leaves them in an answer: they mark turns and have no content.
 *
 * @module
 */

/** A token, in the notations of the model families. */
const TOKEN = [
  String.raw`<\|[\w▁/-]{2,40}\|>`,
  String.raw`<\|[a-z_]{2,40}>|<[a-z_]{2,40}\|>`,
  String.raw`<｜[^｜<>\s]{2,40}｜>`,
  String.raw`<(?:unused|SPECIAL_|extra_id_|special_token_)\d{1,4}>`,
  "</?(?:bos|eos|pad|unk|start_of_turn|end_of_turn|start_of_image|seed:bos|seed:eos|seed:pad)>",
  String.raw`\[\|[a-z_]{2,30}\|\]`,
  String.raw`\[/?INST\]|<</?SYS>>`,
  String.raw`\]~!?b\[|\[e~\[`,
].join("|");

/** The head of a turn of the assistant's. */
const HEAD = new RegExp(
  String.raw`^\s*(?:<s>\s*)?(?:(?:${TOKEN})\s*)+(?:(?:assistant|model|chatbot|ai)[^\S\n]*(?=\n|$|${TOKEN})\s*(?:(?:${TOKEN})\s*)*)?|^\s*<s>\s*`,
  "i",
);
/** A prompt that is given back before the answer. */
const ECHO = /^\s*(?:<s>\s*)?\[INST\][\s\S]*\[\/INST\]/;
/** What ends a turn, or begins another one: what follows does not belong to the answer. */
const END_OF_TURN = new RegExp(
  [
    String.raw`<\|(?:im_end|eot_id|eot|eom_id|eom|end|endoftext|end_of_text|end_of_turn|endofturn|return|eos|end_of_turn_token|assistant_end|endofprompt)\|>`,
    String.raw`<\|(?:im_start|start_header_id|header_start|start_of_role|start|turn|user|system|observation|im_user|im_system|user_token|user_start|start_of_turn_token)\|?>`,
    String.raw`</?(?:end_of_turn|start_of_turn|eos|seed:eos|SPECIAL_12)>|<turn\|>`,
    "<｜(?:end▁of▁sentence|User)｜>",
    String.raw`\[\|(?:endofturn|user|system)\|\]|\[e~\[|\[INST\]`,
    String.raw`</s>(?=\s*(?:$|\n|<s>|\[INST\]))`,
  ].join("|"),
  "i",
);
const ANY = new RegExp(String.raw`${TOKEN}|(?:</?s>\s*)+$`, "gi");
/** Bytes that a tokenizer had no letters for: `<0xC3><0x9F>` is ß. */
const BYTES = /(?:<0x[0-9a-f]{2}>)+/gi;
/** Marks of sources that a server looked up: OpenAI's. */
const SOURCES = /\ue200[^\ue201]{0,200}\ue201|【\d{1,3}†[^】\n]{0,100}】/g;

const lettersOf = (bytes: string): string => Buffer.from(bytes.replace(/<0x|>/gi, ""), "hex").toString("utf8");

/** Words that a broken detokenizer left glued by its own signs: `AĠfineĠsummary.` */
const withSpaces = (text: string): string =>
  /\p{L}[Ġ▁]\p{L}/u.test(text) && !/ /.test(text.trim())
    ? text.replaceAll(/[Ġ▁]/g, " ").replaceAll("Ċ", "\n").trimStart()
    : text;

/** The first turn of an answer alone, without tokens. */
export function oneTurn(text: string): string {
  const body = text.replace(ECHO, "").replace(HEAD, "");
  const end = END_OF_TURN.exec(body);
  const turn = end && body.slice(0, end.index).trim() ? body.slice(0, end.index) : body;
  return withSpaces(turn.replace(ANY, "").replace(BYTES, lettersOf).replace(SOURCES, ""));
}
