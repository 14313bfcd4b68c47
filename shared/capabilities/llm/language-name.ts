import { AUTO_LANGUAGE } from "../../../contracts/tasks/language.ts";

const names = new Intl.DisplayNames("en", { type: "language" });

/** "German" for "de", "the language of the text" for "auto": how a prompt names the language of a task. */
export const languageName = (language: string): string =>
  language === AUTO_LANGUAGE ? "the language of the text" : (names.of(language) ?? language);
