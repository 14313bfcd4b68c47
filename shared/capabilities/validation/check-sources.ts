/**
 * A list of sources: each by itself, and those that are in it twice.
 *
 * @module
 */

import type { Source } from "../../../contracts/tasks/book-fields.ts";
import { checkSource, type Problem } from "./check-source.ts";

/** Checks each source. @param today `YYYY-MM-DD` @returns the problems of each, in their order */
export function checkSources(sources: readonly Source[], today: string): Problem[][] {
  const byUrl = new Map<string, number>();
  const byTitle = new Map<string, number>();
  return sources.map((source, index) => {
    const problems = checkSource(source, today);
    const url = normalizedUrl(source.url ?? "");
    const title = normalizedTitle(source);
    const before =
      (url === undefined ? undefined : byUrl.get(url)) ?? (title === undefined ? undefined : byTitle.get(title));
    if (before !== undefined) {
      problems.push({ code: "duplicate", message: `This source repeats source ${before + 1}.` });
    }
    if (url !== undefined && !byUrl.has(url)) byUrl.set(url, index);
    if (title !== undefined && !byTitle.has(title)) byTitle.set(title, index);
    return problems;
  });
}

/** Parameters that say where a reader came from, not what is read. */
const TRACKING = /^(?:utm_\w+|fbclid|gclid|msclkid|ref|ref_src|igshid|mc_cid|mc_eid)$/i;

/** An address without what does not change the page: scheme, `www.`, tracking, fragment, slash at the end. */
export function normalizedUrl(text: string): string | undefined {
  if (text.trim() === "" || !URL.canParse(text.trim())) return undefined;
  const url = new URL(text.trim());
  if (!["http:", "https:"].includes(url.protocol)) return undefined;
  for (const name of [...url.searchParams.keys()]) if (TRACKING.test(name)) url.searchParams.delete(name);
  url.searchParams.sort();
  const host = url.hostname.replace(/^www\./, "");
  const port = url.port === "" ? "" : `:${url.port}`;
  return `${host}${port}${url.pathname.replace(/\/+$/, "")}${url.search}`;
}

/** Title and the author's last name; without an author, titles of few words are not evidence. */
function normalizedTitle({ title, author, year }: Source): string | undefined {
  const words = (text: string) =>
    text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const own = words(title);
  if (own.length === 0) return undefined;
  const names = words(author ?? "")
    .filter((word) => word.length > 1)
    .sort();
  if (names.length === 0 && own.length < 4) return undefined;
  return `${own.join(" ")}|${names.join(" ")}|${String(year ?? "").slice(0, 4)}`;
}
