/**
 * How docs/costs.md writes figures and tables.
 *
 * @module
 */

export const dollars = (amount: number): string => `$${amount.toFixed(2)}`;
export const short = (count: number): string => (Number.isInteger(count) ? String(count) : count.toFixed(1));
export const dateOf = (iso: string): string =>
  new Date(iso).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

const row = (...cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(...head), `|${head.map(() => "---|").join("")}`, ...rows.map((cells) => row(...cells))].join("\n");
