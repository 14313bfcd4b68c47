import { languageName } from "../../llm/language-name.ts";
import { UNDETERMINED } from "../../llm/text-language.ts";
import type { Prompts } from "./brief.ts";
import { german } from "./de.ts";
import { english } from "./en.ts";

/** German prompts for German texts; English ones that name the language for all others. */
export const promptsFor = (language: string): Prompts =>
  language === "de"
    ? german
    : english(language === UNDETERMINED ? "the language of the material" : languageName(language));
