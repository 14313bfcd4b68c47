/**
 * The index of decisions is written by hand, by subject; what it says is what the records say.
 *
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const folder = resolve(import.meta.dirname, "../../../docs/decisions");
const read = (file: string) => readFileSync(join(folder, file), "utf8");
const records = readdirSync(folder).filter((file) => file !== "README.md");

it("the index lists every decision once, under its number and title", () => {
  const listed = [...read("README.md").matchAll(/^- \[(\d{4})\]\((\S+)\) (.+)$/gm)].map(
    ([, number, file = "", title]) => [file, `# ${number} ${title}`],
  );
  const present = records.map((file) => [file, read(file).split("\n")[0]]);
  expect(listed.toSorted()).toEqual(present.toSorted());
});

it("every decision has a number of its own, which its file's name starts with, a status and a date", () => {
  const numbers = records.map((file) => /^\d{4}(?=-[a-z0-9-]+\.md$)/.exec(file)?.[0]);
  expect(new Set(numbers).size).toBe(records.length);
  for (const [index, file] of records.entries()) {
    expect(read(file)).toMatch(new RegExp(`^# ${numbers[index]} .+\n\nStatus: .+\\. Date: \\d{4}-\\d{2}-\\d{2}\n\n`));
  }
});
