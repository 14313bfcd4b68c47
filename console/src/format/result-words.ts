const MOST = 160;

/**
 * The first words of a job's result, for a line in a list: its first text that is not blank, else the whole as JSON.
 * @param result a task's result; null when the list leaves it out
 * @returns undefined where there is nothing to show
 */
export function resultWords(result: unknown): string | undefined {
  if (result === null || result === undefined) return undefined;
  const text = firstText(result) ?? JSON.stringify(result);
  return shortened(text.replace(/\s+/g, " ").trim());
}

function firstText(value: unknown): string | undefined {
  if (typeof value === "string") return value.trim() === "" ? undefined : value;
  if (typeof value !== "object" || value === null) return undefined;
  const list = Object.values(value);
  // Of a list of words, such as keywords, all are shown.
  if (Array.isArray(value) && list.every((each) => typeof each === "string")) return list.join(", ") || undefined;
  for (const each of list) {
    const found = firstText(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

const shortened = (text: string): string => {
  const characters = Array.from(text);
  return characters.length <= MOST ? text : `${characters.slice(0, MOST - 1).join("")}…`;
};
