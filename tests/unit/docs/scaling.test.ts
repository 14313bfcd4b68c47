import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { scalingPage, scalingPlots } from "../../../scripts/scaling-docs.ts";

const root = resolve(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

it.each(Object.entries(scalingPlots))("%s is what the model says; if not, run npm run scaling-docs", (path, render) => {
  expect(read(path)).toBe(render());
});

it("the tables of docs/scaling.md are what the model says; if not, run npm run scaling-docs", () => {
  const page = read("docs/scaling.md");
  expect(page).toBe(scalingPage(page));
});

it("each plot is on the page, and there is no other", () => {
  const plots = Object.keys(scalingPlots);
  expect(globSync("docs/scaling/*", { cwd: root }).toSorted()).toEqual(plots.toSorted());
  for (const plot of plots) expect(read("docs/scaling.md")).toContain(`](${plot.replace("docs/", "")})`);
});

it("a page without the markers is refused", () => {
  expect(() => scalingPage("# A page")).toThrow("has no markers for");
});
