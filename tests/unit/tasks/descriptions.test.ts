import { expect, it } from "vitest";
import { catalog } from "../../../contracts/catalog.ts";

it.each(Object.values(catalog.tasks))("the description of $name is a sentence that is written", ({ description }) => {
  expect(description).not.toMatch(/^\s*TODO/i);
  expect(description).toMatch(/^[A-Z].*\.$/s);
});
