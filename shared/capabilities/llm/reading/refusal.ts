/**
 * Refusals that a model writes as its answer, where the server has no field for them.
 *
 * @module
 */

import { isObject } from "../../json-schema/json-pointer.ts";
import { placedValues } from "./json-values.ts";
import { decliningSentence, isOfSource } from "./refusal-sentences.ts";

/** Longer ones explain or do something after all. */
const MAX_CHARACTERS = 600;
const CANNOT =
  /^[\s"'*_]*(?:(?:i['’]?m|i am)\s+(?:very\s+|really\s+|so\s+)?(?:sorry|afraid)\b|sorry\b|unfortunately\b|my apologies\b|i apologi[sz]e\b|as an? (?:large )?(?:language model|ai)\b|apolog(?:y|ies)\b|no[.,!]?\s+i\b|(?:not |un)able to\b|i (?:have|need|will have) to\b|i['’](?:m going to|ll(?: have to)?) pass\b|(?:summari[sz]|answer|do)ing (?:this|that|so)\b|(?:this|that|it) would\b|(?:das|dies) (?:widerspricht|verstößt|würde)\b|i['’]?m just an ai\b|i am just an ai\b|i must\b|i['’]d (?:rather|prefer)\b|i would (?:rather|prefer)\b|i\s*(?:can['’]?t|cannot|can not|won['’]?t|will not|am unable|am not able|['’]m unable|['’]m not able|must decline)\b|es tut mir leid\b|tut mir leid\b|leider\b|ich kann\b|ich darf\b|als (?:ki|ai|sprachmodell)|ich muss\b|ich bin\b|ich möchte\b|es ist mir\b|(?:dazu|dabei|damit|hierzu|hierbei|hierüber|darüber) kann ich\b|entschuldig|verzeih|das kann ich\b|i['’]m not\b|i (?:do not|don['’]t)\b|we (?:cannot|can['’]t)\b|(?:this|the|your) (?:request|content|text|prompt)\b|dies(?:e|er|es|en) (?:anfrage|inhalt|text)\b|(?:that|this|it)(?:['’]s| is) (?:not |just not )?something\b)/i;
const NOT_ABLE =
  "(?:can['’]?t|cannot|can not|won['’]?t(?: be able to)?|will not(?: be able to)?|unable to|not able to|not going to|not (?:allowed|permitted) to|must decline to|not comfortable|comfortable|decline to|rather not|prefer not to)";
/** A text in the first person also says what its writer cannot do: only what concerns the request is a refusal. */
const DECLINES = new RegExp(
  [
    String.raw`\b${NOT_ABLE}\s+(?:\w+\s+){0,3}?(?:help|assist)(?:ing)?(?:\s+you)?(?:\s*[.!,]|\s*$|\s+with\s+(?:that|this|it|your|the|such)\b)`,
    String.raw`\b${NOT_ABLE}\s+(?:\w+\s+){0,3}?(?:comply|fulfil?l?|do (?:that|this)|(?:answer|say|do) (?:that|this)|discuss (?:that|this)|engage)`,
    String.raw`\b${NOT_ABLE}\s+(?:\w+\s+){0,3}?(?:provide|process|summari[sz]\w+|creat\w+|generat\w+|extract\w*|shar\w+|continue|complete)\b[^.!?]{0,40}\b(?:this|that|summary|text|request|content|keywords|json|such|provided|document|article)\b`,
    String.raw`\b(?:kann|darf|werde)\b[^.!?]{0,80}\bnicht\b[^.!?]{0,60}(?:helfen|weiterhelfen|zusammenfassen|erfüllen|bearbeiten|bereitstellen)`,
    String.raw`\b(?:not something (?:that )?i(?:['’]m| am)? (?:can|could|able to|willing to|allowed to|comfortable)|something (?:that )?i(?:['’]m| am)? (?:can['’]t|cannot|can not|won['’]t|will not|unable to|not (?:able|willing|allowed|comfortable)))\b(?=[^.!?]{0,20}\b(?:help|assist|do|discuss|summari|provide|answer)\w*\b|\s*[.!]|\s*$)`,
    String.raw`\b(?:must|have to)\s+(?:respectfully\s+|politely\s+)?decline(?=\s*[.!,]|\s+(?:this|that|your|to)\b|\s*$)`,
    String.raw`\bpass on (?:this|that)(?: one| request)?\s*(?:[.!,]|$)`,
    String.raw`\b(?:request|prompt|content|text)\b[^.!?]{0,20}\b(?:cannot|can['’]?t|can not|could not|won['’]t|will not) be (?:processed|completed|fulfil?led|answered|summari[sz]ed|handled)\s*(?:[.!]|$)`,
    String.raw`\bnot within my (?:programming|guidelines|capabilities|ethical)`,
    String.raw`\b(?:nicht in der lage|nicht möglich|nicht erlaubt|nicht gestattet)\b[^.!?]{0,80}(?:fass|bearbeit|erfüll|helf|beantwort)`,
    String.raw`\bkann ich\b[^.!?]{0,40}\b(?:nicht (?:tun|machen|beantworten|helfen)|keine (?:auskunft|hilfe|angaben))\b`,
    String.raw`\bmuss\b[^.!?]{0,60}\bablehnen\b`,
  ].join("|"),
  "i",
);

/** A text about rules may state that a request breaks them. */
const BREAKS_RULES = new RegExp(
  [
    String.raw`\b(?:violat\w+|go(?:es)? against|breach\w*|not (?:comply|align) with)\s+(?:our|my|the|openai['’]s|usage|content)\s+(?:(?:usage|content|safety|ethical)\s+)?(?:polic\w+|guidelines)`,
    String.raw`\b(?:verstößt|verstoßen|widerspricht)\b[^.!?]{0,20}\b(?:unsere|meine|die)n?\s+(?:nutzungs|inhalts)?(?:richtlinien|bedingungen)`,
  ].join("|"),
  "i",
);
const ABOUT_RULES = /polic|guideline|richtlinie|bedingung/i;

/** In other languages: an excuse, and that it cannot. And what ends a conversation. */
const ELSEWHERE = new RegExp(
  [
    String.raw`(?:lo siento|lamento|disculp\w+|perdon\w*)[^.!?]{0,60}\bno puedo\b|no puedo (?:ayudar|resumir|cumplir|procesar|responder|proporcionar|hacer)`,
    String.raw`(?:je suis (?:vraiment )?)?(?:désolée?|navrée?)[^.!?]{0,60}\bje ne (?:peux|suis|pourrai)|je ne (?:peux|suis) pas (?:en mesure|autorisé|vous aider|t['’]aider|aider|résumer|répondre|traiter|fournir)`,
    String.raw`mi dispiace[^.!?]{0,60}\bnon (?:posso|sono)\b|non posso (?:aiutar|riassumere|fornire|rispondere|elaborare)`,
    String.raw`(?:desculpe|lamento|sinto muito)[^.!?]{0,60}\bnão (?:posso|consigo)|não posso (?:ajudar|resumir|fornecer|responder|processar)`,
    String.raw`het spijt me[^.!?]{0,60}\b(?:niet|geen)\b|ik kan (?:u |je |dit |deze )?[^.!?]{0,40}niet (?:helpen|samenvatten|verwerken)`,
    String.raw`(?:przepraszam|przykro mi)[^.!?]{0,60}\bnie mogę|nie mogę (?:pomóc|streścić|spełnić)`,
    "(?:извините|простите|к сожалению)[^.!?]{0,60}не могу|я не могу (?:помочь|выполнить|обобщить)",
    String.raw`(?:tyvärr|beklager|desværre|jag är ledsen)[^.!?]{0,60}\b(?:inte|ikke|ikkje)\b`,
    "(?:申し訳|すみません|恐れ入ります)[^。]{0,60}(?:できません|いたしかねます|お応え|お手伝い)",
    "(?:很?抱歉|对不起|對不起|不好意思)[^。]{0,40}(?:无法|無法|不能)",
    "죄송[^.]{0,60}(?:수 없|어렵)",
    "(?:i(?:['’]d| would)? prefer not to|i(?:['’]m| am) not going to) (?:continue|discuss|talk|engage)",
    String.raw`let['’]s (?:change the (?:subject|topic)|talk about something else)\b`,
    "üzgünüm[^.!?]{0,80}(?:olamam|yapamam|edemem|veremem)",
  ]
    .map((each) => String.raw`^[\s"'*_¡]*(?:${each})`)
    .join("|"),
  "iu",
);
/** What a filter puts in an answer's place. */
const FILTERED =
  /^\s*[[(*]*(?:(?:该?内容|回复|回答)[^。]{0,10}(?:不合规|违规|敏感|审核)[^。]{0,40}|(?:the |this |your )?(?:redacted|censored|(?:content|request|response|output|message|prompt) (?:(?:was|has been|is) )?(?:removed|blocked|filtered|withheld|flagged|rejected as a result of)|blocked by)\b[^\n]{0,140}|unsafe(?:[\s,]+s\d{1,2})*\s*)$/i;

/** A remark in brackets or between stars behind an answer. */
const REMARK = /(?:\[([^[\]\n]{4,160})\]|\(([^()\n]{4,160})\)|\*{2,3}\s*([^*\n]{4,160}?)\s*\*{2,3})\s*$/;

/** What is in an answer's place because of a filter. @returns undefined when it is an answer */
export function filteredIn(answer: string, source: string): string | undefined {
  const text = answer.trim();
  const [, square, round, starred] = REMARK.exec(text) ?? [];
  const remark = square ?? round ?? starred ?? "";
  const found = [text, remark].find((each) => FILTERED.test(each));
  return found !== undefined && !source.includes(found.slice(0, 40)) ? found.slice(0, 300) : undefined;
}

const isRefusal = (text: string): boolean => (CANNOT.test(text) && DECLINES.test(text)) || ELSEWHERE.test(text);

/**
 * The sentence in which a model refuses.
 * @param source the text that the model was given: what is there is not a refusal
 * @returns undefined when the answer is none
 */
export function refusalIn(answer: string, source: string): string | undefined {
  const text = answer.trim();
  if (text.length > MAX_CHARACTERS) return undefined;
  const isOfRules = ABOUT_RULES.test(text) && ABOUT_RULES.test(source);
  const refuses = (each: string) => isRefusal(each) || (!isOfRules && CANNOT.test(each) && BREAKS_RULES.test(each));
  if (!refuses(text)) return decliningSentence(text, source, refuses);
  const [first = text] = text.split(/(?<=[.!?])\s/);
  return source.includes(first.slice(0, 40)) || isOfSource(text, source) ? undefined : text.slice(0, 300);
}

/** The texts in a value, wherever they stand. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** The refusal in an object that is not what was asked for: `{"error": "I cannot help with that."}`. */
export function refusalInValues(values: readonly unknown[], source: string): string | undefined {
  const named = values.flatMap((value) => (isObject(value) && typeof value.refusal === "string" ? value.refusal : []));
  return named.find((each) => each.trim() !== "") ?? values.flatMap(textsIn).find((text) => refusalIn(text, source));
}

/** What takes a refusal back. */
const AND_YET = /\b(?:but|however|here|instead|still|aber|jedoch|hier|dennoch|trotzdem)\b/i;

/** The refusal that an answer begins with, before a value that is then an example or empty. @returns undefined when there is none */
export function refusalBeforeValue(answer: string, source: string): string | undefined {
  const [first] = placedValues(answer);
  const lead = first?.lead.trim() ?? "";
  return lead === "" || AND_YET.test(lead) ? undefined : refusalIn(lead, source);
}
