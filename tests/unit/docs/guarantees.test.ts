/**
 * The page of guarantees names its evidence: tests that there are, by their names.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const docs = resolve(import.meta.dirname, "../../../docs");
const page = readFileSync(join(docs, "guarantees.md"), "utf8");
const promises = [...page.matchAll(/^\| (.+?) \| (\[.+) \|$/gm)].map(([, promise = "", shown = ""]) => {
  const evidence = [...shown.matchAll(/\]\((\S+)\): "([^"]+)"/g)].map(([, file = "", name = ""]) => ({ file, name }));
  return { promise, evidence };
});

it("every promise has its evidence", () => {
  expect(promises.length).toBeGreaterThan(9);
  expect(promises.filter(({ evidence }) => evidence.length === 0)).toEqual([]);
});

it.each(promises)("there are the tests that show: $promise", ({ evidence }) => {
  for (const { file, name } of evidence) {
    expect(readFileSync(join(docs, file), "utf8").includes(name), `${file} has no test "${name}"`).toBe(true);
  }
});
