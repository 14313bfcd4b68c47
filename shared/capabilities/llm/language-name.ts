const names = new Intl.DisplayNames("en", { type: "language" });

/** "German" for "de": how a prompt names the language of a task. */
export const languageName = (language: string): string => names.of(language) ?? language;
