/**
 * Refusals that a model writes as its answer, where the server has no field for them.
 *
 * @module
 */

/** Longer ones explain or do something after all. */
const MAX_CHARACTERS = 600;
const CANNOT =
  /^[\s"'*_]*(?:(?:i['’]?m|i am)\s+(?:very\s+|really\s+|so\s+)?(?:sorry|afraid)\b|sorry\b|unfortunately\b|my apologies\b|i apologi[sz]e\b|as an ai\b|i\s*(?:can['’]?t|cannot|can not|won['’]?t|will not|am unable|am not able|['’]m unable|['’]m not able|must decline)\b|es tut mir leid\b|tut mir leid\b|leider\b|ich kann\b|ich darf\b|als (?:ki|ai)\b|entschuldig|verzeih|das kann ich\b|i['’]m not\b|i (?:do not|don['’]t)\b|we (?:cannot|can['’]t)\b|(?:this|the|your) (?:request|content|text|prompt)\b|dies(?:e|er|es|en) (?:anfrage|inhalt|text)\b)/i;
const NOT_ABLE =
  "(?:can['’]?t|cannot|can not|won['’]?t(?: be able to)?|will not(?: be able to)?|unable to|not able to|not going to|not (?:allowed|permitted) to|must decline to|not comfortable|decline to)";
/** A text in the first person also says what its writer cannot do: only what concerns the request is a refusal. */
const DECLINES = new RegExp(
  [
    String.raw`\b${NOT_ABLE}\s+(?:\w+\s+){0,2}?(?:help|assist)(?:ing)?(?:\s+you)?(?:\s*[.!,]|\s*$|\s+with\s+(?:that|this|it|your|the|such)\b)`,
    String.raw`\b${NOT_ABLE}\s+(?:\w+\s+){0,2}?(?:comply|fulfil?l?|do (?:that|this)|answer (?:that|this)|discuss (?:that|this)|engage)`,
    String.raw`\b${NOT_ABLE}\s+(?:\w+\s+){0,2}?(?:provide|process|summari[sz]\w+|creat\w+|generat\w+|extract\w*|shar\w+|continue|complete)\b[^.!?]{0,40}\b(?:this|that|summary|text|request|content|keywords|json|such|provided|document|article)\b`,
    String.raw`\b(?:kann|darf|werde)\b[^.!?]{0,80}\bnicht\b[^.!?]{0,60}(?:helfen|weiterhelfen|zusammenfassen|erfüllen|bearbeiten|bereitstellen)`,
    String.raw`\b(?:violat\w+|goes against|breach\w*|not (?:comply|align) with)\s+(?:our|my|the|openai['’]s|usage|content)\s+(?:(?:usage|content|safety|ethical)\s+)?(?:polic\w+|guidelines)`,
    String.raw`\b(?:verstößt|verstoßen|widerspricht)\b[^.!?]{0,20}\b(?:unsere|meine|die)n?\s+(?:nutzungs|inhalts)?(?:richtlinien|bedingungen)`,
  ].join("|"),
  "i",
);

/** A text about rules may say of a request that it breaks them. */
const ABOUT_RULES = /polic|guideline|richtlinie|bedingung/i;

/**
 * The sentence in which a model refuses.
 * @param source the text that the model was given: what stands there is no refusal
 * @returns undefined when the answer is none
 */
export function refusalIn(answer: string, source: string): string | undefined {
  const text = answer.trim();
  if (text.length > MAX_CHARACTERS || !CANNOT.test(text) || !DECLINES.test(text)) return undefined;
  if (ABOUT_RULES.test(text) && ABOUT_RULES.test(source)) return undefined;
  const [first = text] = text.split(/(?<=[.!?])\s/);
  return source.includes(first.slice(0, 40)) ? undefined : text.slice(0, 300);
}
