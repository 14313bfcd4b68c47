/**
 * Phrases that the models which were examined write far more often than people do. Written down before the measurement,
 * from what such models are known for; none was taken from the texts.
 *
 * @module
 */

import type { EmbeddedLanguage } from "../../llm/embedded/languages.ts";

const english = `in conclusion|in summary|to summarize|overall|it is important to|it's important to|it is essential to|it's essential to|
it is worth noting|it's worth noting|plays a crucial role|play a crucial role|plays a vital role|play a vital role|plays an important role|
plays a significant role|can be a great way|is a great way|a wide range of|a wide variety of|a variety of|in today's world|in recent years|
furthermore|additionally|moreover|not only|ensure that|ensuring that|helps to|can help|this can include|such as|whether you're|
here are some|there are several|one of the most|it has become|has become increasingly|increasingly popular|in this article|
let's explore|delve|landscape|testament to|tapestry|fostering|foster a sense|sense of community|sustainable|sustainability|
overall well-being|by following these|with the right|when it comes to|the importance of|provides a|offers a`;

const german = `zusammenfassend|abschließend|insgesamt|es ist wichtig|es ist wesentlich|es ist entscheidend|es ist ratsam|spielt eine wichtige rolle|
spielen eine wichtige rolle|eine entscheidende rolle|eine zentrale rolle|eine große rolle|eine vielzahl von|eine vielzahl an|eine reihe von|
in der heutigen zeit|in der heutigen welt|in den letzten jahren|darüber hinaus|außerdem|zudem|nicht nur|sicherzustellen|sicherstellen|
um sicherzustellen|kann dazu beitragen|können dazu beitragen|dazu beitragen|trägt dazu bei|tragen dazu bei|hier sind einige|
es gibt verschiedene|es gibt viele|eine der wichtigsten|ein wichtiger bestandteil|einen wichtigen beitrag|in diesem artikel|
ist ein wichtiger|ist eine wichtige|die bedeutung von|die wichtigkeit|nachhaltig|nachhaltige|nachhaltigkeit|wertvolle|
wenn es um|auf diese weise|die möglichkeit|ermöglicht es|bietet eine|bieten eine|vielfältig|einzigartig|faszinierend`;

const patternOf = (list: string): RegExp => {
  const phrases = list.split("|").map((phrase) => phrase.trim().replaceAll("'", "['’]"));
  return new RegExp(`(?<!\\p{L})(?:${phrases.join("|")})(?!\\p{L})`, "giu");
};

const patterns: Readonly<Record<EmbeddedLanguage, RegExp>> = { en: patternOf(english), de: patternOf(german) };

/** How many stock phrases a text has. */
export const countStockPhrases = (text: string, language: EmbeddedLanguage): number =>
  text.match(patterns[language])?.length ?? 0;
