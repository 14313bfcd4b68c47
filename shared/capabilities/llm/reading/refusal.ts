/**
 * Refusals that a model writes as its answer, where the server has no field for them.
 *
 * @module
 */

/** Longer ones explain or do something after all. */
const MAX_CHARACTERS = 600;
const CANNOT =
  /^[\s"'*_]*(?:(?:i['’]?m|i am)\s+(?:very\s+|really\s+|so\s+)?(?:sorry|afraid)\b|sorry\b|unfortunately\b|my apologies\b|i apologi[sz]e\b|as an ai\b|i\s*(?:can['’]?t|cannot|can not|won['’]?t|will not|am unable|am not able|['’]m unable|['’]m not able|must decline)\b|es tut mir leid\b|tut mir leid\b|leider\b|ich kann\b|ich darf\b|als (?:ki|ai)\b)/i;
const NOT_ABLE = String.raw`(?:can['’]?t|cannot|can not|won['’]?t|will not|unable to|not able to|must decline to|not comfortable|decline to)`;
/** A text in the first person also says what its writer cannot do: only what concerns the request is a refusal. */
const DECLINES = new RegExp(
  [
    String.raw`\b${NOT_ABLE}\s+(?:\w+\s+){0,2}?(?:help|assist)(?:ing)?(?:\s+you)?(?:\s*[.!,]|\s*$|\s+with\s+(?:that|this|it|your|the|such)\b)`,
    String.raw`\b${NOT_ABLE}\s+(?:\w+\s+){0,2}?(?:comply|fulfil?l?|do (?:that|this)|answer (?:that|this)|discuss (?:that|this)|engage)`,
    String.raw`\b${NOT_ABLE}\s+(?:\w+\s+){0,2}?(?:provide|process|summari[sz]\w+|creat\w+|generat\w+|extract\w*|shar\w+|continue|complete)\b[^.!?]{0,40}\b(?:this|that|summary|text|request|content|keywords|json|such)\b`,
    String.raw`\b(?:kann|darf|werde)\b[^.!?]{0,80}\bnicht\b[^.!?]{0,60}(?:helfen|weiterhelfen|zusammenfassen|erfüllen|bearbeiten|bereitstellen)`,
  ].join("|"),
  "i",
);

/**
 * The sentence in which a model refuses.
 * @param source the text that the model was given: what stands there is no refusal
 * @returns undefined when the answer is none
 */
export function refusalIn(answer: string, source: string): string | undefined {
  const text = answer.trim();
  if (text.length > MAX_CHARACTERS || !CANNOT.test(text) || !DECLINES.test(text)) return undefined;
  const [first = text] = text.split(/(?<=[.!?])\s/);
  return source.includes(first.slice(0, 40)) ? undefined : text.slice(0, 300);
}
