import { languageOfText } from "../llm/text-language.ts";
import { countWords } from "../llm/words.ts";
import { parseMarkdown } from "../markdown/parse-markdown.ts";
import { withoutMarkers } from "../markdown/source-markers.ts";
import { visibleText } from "../markdown/visible-text.ts";

/** How long a chapter is. */
export interface ChapterLength {
  readonly words: number;
}

/** Counts the words of a chapter that a reader sees. @throws MarkdownTooComplexError */
export function measureChapter(content: string, language: string): ChapterLength {
  const text = withoutMarkers(visibleText(parseMarkdown(content)));
  return { words: countWords(text, languageOfText(language, text)) };
}
