import type { Source } from "../../../../contracts/tasks/book-fields.ts";

/** A source as a list shows it, without its address: `Beck, Rita: The Lake (1989), book`. */
export function sourceLine({ title, author, year, type }: Source): string {
  const parts = [author?.trim() ? `${author.trim()}: ` : "", title.trim()];
  if (year !== null && year !== undefined && String(year).trim() !== "") parts.push(` (${String(year).trim()})`);
  if (type?.trim()) parts.push(`, ${type.trim()}`);
  return parts.join("");
}

/** The address of a source, when it is one that a reader may follow. */
export function sourceUrl({ url }: Source): string | undefined {
  const given = url?.trim();
  return given !== undefined && isWebAddress(given) ? given : undefined;
}

/** Addresses that links lead to: nothing that would run or open a file. */
export function isWebAddress(url: string): boolean {
  return URL.canParse(url) && ["http:", "https:", "mailto:"].includes(new URL(url).protocol);
}
