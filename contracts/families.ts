/**
 * Families of queues: what a stage has is chosen family by family, because a queue costs money while nothing runs.
 *
 * @module
 */

/** Each family, with what its tasks do. */
export const families = {
  core: "health check, housekeeping, callbacks, batches; always there",
  language: "summaries, keywords, text to JSON, calls of language models",
  documents: "documents' text",
  search: "vectors of projects and documents, and searches in them",
  generation: "chapters of books",
  validation: "checks of chapters and books",
  export: "books as Markdown, Word and PDF",
  evaluation: "what a text looks like: machine-made, easy to answer from",
  rewrite: "texts rewritten to a goal",
  extraction: "data of documents: a schema filled, a class told",
  escalation: "decisions that a person takes, and reviews that may need one",
} as const;

/** The name of a family. */
export type Family = keyof typeof families;

/** Every family, in the order of {@link families}. */
export const familyNames = Object.keys(families) as Family[];

/** What a stage has unless SLUICE_FAMILIES says otherwise: the families that the replaced task platforms all had. */
export const defaultFamilies: readonly Family[] = ["core", "language", "documents", "search"];

const namesIn = (list: string): string[] =>
  list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

/** Names in the value of SLUICE_FAMILIES that no family has. */
export const unknownFamilies = (list: string): string[] =>
  namesIn(list).filter((name) => name !== "all" && !Object.hasOwn(families, name));

/**
 * The families that a value of SLUICE_FAMILIES stands for: those it names and `core`; all, when it says `all`.
 * @param list names joined by commas
 */
export function familiesIn(list: string): ReadonlySet<Family> {
  const named = new Set(namesIn(list));
  return new Set(familyNames.filter((name) => name === "core" || named.has("all") || named.has(name)));
}

/**
 * The families of a stage by its settings: those of SLUICE_FAMILIES, without `search` where there is no vector store.
 * @param given values of SLUICE_FAMILIES and VECTOR_STORE
 */
export function stageFamilies(given: {
  readonly SLUICE_FAMILIES: string;
  readonly VECTOR_STORE: string;
}): ReadonlySet<Family> {
  const named = familiesIn(given.SLUICE_FAMILIES);
  return new Set([...named].filter((name) => name !== "search" || given.VECTOR_STORE !== "none"));
}
