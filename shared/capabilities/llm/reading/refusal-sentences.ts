/**
 * Sentences in which a model speaks of itself, of the task and of not doing it. Each of the three alone is in many texts; together, in
 * one sentence that the source does not have, they are a refusal, in whatever words.
 *
 * @module
 */

import { isReported, isTold, isToldTogether } from "./told.ts";

/** How a language says it. */
interface Wording {
  /** The model. */
  readonly self: RegExp;
  /** That it cannot, may not or will not. */
  readonly not: RegExp;
  /** What it was asked, or what it is. */
  readonly task: RegExp;
}

/** Words as a whole, also where `\b` knows no letter: "préfère". */
const words = (...parts: readonly string[]): RegExp => new RegExp(`(?<!\\p{L})(?:${parts.join("|")})(?!\\p{L})`, "iu");

const wordings: readonly Wording[] = [
  {
    self: words("i", "i['’]\\p{L}+", "me", "my", "myself"),
    not: words(
      "can['’]?t|cannot|can not|won['’]?t|will not|unable|impossible|declin\\p{L}+|refus\\p{L}+|skip|avoid|stay away|steer clear|exceeds?|prevents?|prohibits?|forbids?|violat\\p{L}+|break|conflicts?|off limits",
      "(?:not|\\p{L}+n['’]t) (?:be )?(?:able|appropriate|comfortable|possible|allowed|permitted|willing|something|in a position|let|allow|trained|designed|built|meant|think i (?:should|can)|feel)",
      "beyond|outside|against|must stop|(?:rather|prefer) not",
    ),
    task: words(
      "summar(?:y|ies|i[sz]\\p{L}*)|key ?words?|key ?phrases?|json",
      "(?:this|that|your) (?:(?:kind|type|sort) of |\\p{L}+ )?(?:request|prompt|query|task|text|content|passage|topic|document|article|material)",
      "(?:texts?|content|material|topics?|requests?) (?:(?:like|such as) (?:this|that|these)|of (?:this|that) (?:kind|type|sort))",
      "the (?:text|content|passage) you|language model|ai assistant|what i can do",
      "my (?:\\p{L}+ )?(?:guidelines|polic(?:y|ies)|programming|scope|capabilities|instructions|training)",
    ),
  },
  {
    self: words("ich|mir|mich|meine?[rnms]?"),
    not: words(
      "nicht|keine?[rnms]?|verweiger\\p{L}*|ablehn\\p{L}*|verstößt|widerspr\\p{L}+|übersteigt|unmöglich|außerstande",
    ),
    task: words(
      "zusammenfass\\p{L}*|zusammenzufassen|stichw\\p{L}+|schlüsselw\\p{L}+|json",
      "(?:dies|ihr|dein|eur)\\p{L}* (?:anfrage|text\\p{L}*|inhalt\\p{L}*|dokument\\p{L}*|artikel\\p{L}*|thema|bitte|wunsch)",
      "solche[rnms]? (?:anfrage|text|inhalt|dokument|thema|theme|bitte)\\p{L}*",
      "sprachmodell|ki-(?:assistent|modell)\\p{L}*|meine?[rnms]? (?:richtlinien|möglichkeiten|programmierung|vorgaben)",
    ),
  },
  {
    self: words("je|me|mon|ma|mes", "[jm]['’]\\p{L}+"),
    not: words("pas|impossib\\p{L}+|interdi\\p{L}+|dépass\\p{L}+|refuse|enfrei\\p{L}+|contraire|regret\\p{L}+"),
    task: words(
      "résum\\p{L}+|mots[- ]clés?|json|modèle de langage",
      "(?:cet(?:te)?|ce|votre|ta) (?:(?:type|genre) de )?(?:demande|texte|contenu|requête|sujet|document|article)",
      "mes (?:règles|directives|limites|consignes)",
    ),
  },
  {
    self: words("puedo|poder|estoy|prefiero|debo|soy|mis?|me|siento|lamento|entiendo"),
    not: words("no|imposib\\p{L}+|supera|excede|infringe|niego|rechazo"),
    task: words(
      "resum\\p{L}+|palabras clave|json|modelo de lenguaje",
      "(?:est[ea]|es[ea]|tu|su) (?:(?:tipo|clase) de )?(?:texto|contenido|documento|artículo|solicitud|petición|tema)",
      "mis (?:políticas|normas|directrices|pautas)",
    ),
  },
  {
    self: words("posso|sono|preferisco|devo|mi|mi[eo]i?"),
    not: words("non|impossib\\p{L}+|supera|rifiuto|viola"),
    task: words(
      "riassu\\p{L}+|parole chiave|json|modello linguistico",
      "(?:quest[oa]|tu[oa]|su[oa]) (?:(?:tipo|genere) di )?(?:testo|contenuto|documento|richiesta|argomento)",
      "mie (?:linee guida|regole|politiche)",
    ),
  },
  {
    self: words("posso|consigo|estou|prefiro|devo|sou|minhas?|me|sinto"),
    not: words("não|impossível|excede|viola|recuso"),
    task: words(
      "resum\\p{L}+|palavras-chave|json|modelo de linguagem",
      "(?:est[ea]|ess[ea]|seu|sua) (?:tipo de )?(?:texto|conteúdo|documento|solicitação|pedido|tema)",
      "minhas (?:políticas|diretrizes|regras)",
    ),
  },
  {
    self: /我|本(?:模型|助手)|作为(?:一个|一款)?(?:人工智能|语言模型|AI)/,
    not: /无法|無法|不能|不便|不方便|超出|没有办法|没办法|没法|拒绝|拒絕/,
    task: /(?:[这這那该該此您你]的?)(?:个|個|段|条|條|类|類|项|項)?(?:请求|請求|问题|問題|内容|內容|文字|文本|话题|話題|要求)|相关内容|对此|發表意見|发表意见|摘要|总结|總結|语言模型|人工智能/,
  },
];

/** What ends a conversation: the model's own sentence, and not one in quotation marks within another. */
const DEFLECTS = new RegExp(
  String.raw`^[\s"'*]*(?:(?:sorry|but|instead|perhaps|maybe|please|however|also|aber|bitte)[\s,]+)*(?:${[
    "let['’]?s (?:talk|chat|steer|change|discuss|focus|move|go)[^.!?]{0,40}(?:something (?:else|more|different)|(?:the|this|our) (?:subject|topic|conversation)|another topic)",
    "(?:lassen sie uns|lass uns)[^.!?]{0,20} (?:über etwas anderes|das thema) (?:sprechen|reden|wechseln)",
    "parlons[^.!?]{0,12} d['’]autre chose|changeons de sujet",
    "hablemos[^.!?]{0,12} de (?:otra cosa|otro tema)|cambiemos de tema",
    "parliamo d['’]altro|cambiamo argomento|vamos (?:falar de outra coisa|mudar de assunto)",
    "[换換]一?[个個][话話][题題]",
  ].join("|")})|(?:^|[，,])(?:我们|咱们)?[换換]一?[个個][话話][题題]`,
  "iu",
);

const FIRST_CHARACTERS = 40;

/** Whether the source says what a text says, so that the text only tells of it. */
export const isOfSource = (text: string, source: string): boolean =>
  source.includes(text.trim().slice(0, FIRST_CHARACTERS)) ||
  isTold(text, source) ||
  isToldTogether(text, source) ||
  isReported(text, source);

/**
 * The sentence of a text in which a model declines.
 * @param isRefusal also tells one
 * @returns undefined when there is none
 */
export function decliningSentence(
  text: string,
  source: string,
  isRefusal: (sentence: string) => boolean,
): string | undefined {
  const sentences = text.split(/(?<=[.!?])\s+|(?<=[。！？])|\n+/u);
  return sentences.find((sentence) => {
    const declines =
      isRefusal(sentence) ||
      DEFLECTS.test(sentence) ||
      wordings.some(({ self, not, task }) => self.test(sentence) && not.test(sentence) && task.test(sentence));
    return declines && !isOfSource(sentence, source);
  });
}
