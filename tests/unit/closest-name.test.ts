import { expect, test } from "vitest";
import { catalog } from "../../contracts/catalog.ts";
import { closestName } from "../../contracts/closest-name.ts";

test.each([
  ["summarise", "summarize"],
  ["sumarize", "summarize"],
  ["sumamrize", "summarize"],
  ["Keyword", "keywords"],
  ["health-check", "health_check"],
  ["proces_document", "process_document"],
])("%s was meant to be %s", (given, meant) => {
  expect(closestName(given, catalog.taskNames)).toBe(meant);
});

test.each(["translate", "", "x", "summarize".repeat(100)])("nothing is guessed for %j", (given) => {
  expect(closestName(given, catalog.taskNames)).toBeUndefined();
});
