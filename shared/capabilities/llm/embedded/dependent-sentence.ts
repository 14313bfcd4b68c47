import type { Language } from "./languages.ts";

/** Openings that point back: pronouns, demonstratives and connectives. */
const opening: Record<Language["code"], RegExp> = {
  en: /^["“]?(?:he|she|it|they|this|these|that|those|his|her|their|its|here|but|and|or|so|then|such|some|others?|both|hence|thus|yet|not|none)\b/i,
  de: /^["„]?(?:er|sie|es|dies\w*|jene\w*|der|die|das|ihr\w*|sein\w*|hier|aber|doch|und|oder|dann|dort|solche\w*|beide|hinzu|so|denn)\s/i,
};

/** Connectives and demonstratives that point back from within the first words. */
const early: Record<Language["code"], RegExp> = {
  en: /^(?:\S+\s){0,4}(?:he|she|it|they|this|these|such|however|therefore|instead|also|moreover|nevertheless|another)\b/i,
  de: /^(?:\S+\s){0,4}(?:er|es|dies\w*|dagegen|deshalb|jedoch|allerdings|außerdem|zudem|daher|auch|dazu|dabei|damit|trotzdem|stattdessen|ebenfalls)\b/i,
};

/** In German an article or possessive before its noun opens as many independent sentences as pronouns do others. */
const articleWithNoun = /^(?:der|die|das|ihr\p{Ll}*|sein\p{Ll}*)\s+(?:\p{Ll}+\s+){0,2}\p{Lu}/u;

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Whether a sentence can hardly be understood without the one before it. */
export function dependsOnPrevious(sentence: string, language: Language): boolean {
  if (early[language.code].test(sentence)) return true;
  if (!opening[language.code].test(sentence)) return false;
  return !(language.code === "de" && articleWithNoun.test(lowerFirst(sentence)));
}
