import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { SchemaValidationError } from "../../../contracts/errors.ts";
import { run } from "../../../functions/tasks/normalize.ts";
import { taskContext } from "../../helpers/task-context.ts";

const pairSchema = z.object({
  name: z.string(),
  language: z.enum(["en", "de"]),
  request: z.string(),
  schema: z.record(z.string(), z.json()),
  expected: z.record(z.string(), z.json()).optional(),
  missing: z.string().optional(),
});

const pairsOf = (file: string) =>
  z
    .array(pairSchema)
    .parse(JSON.parse(readFileSync(new URL(`../../fixtures/normalize/${file}`, import.meta.url), "utf8")));

/** `pairs` were written before the rules; the held-out ones after them (docs/embedded-backend.md). */
describe.each(["pairs.json", "held-out.json", "held-out-2.json"])("the embedded rules on %s", (file) => {
  test.each(pairsOf(file).filter(({ expected }) => expected))(
    "fill: $name",
    async ({ request, schema, language, expected }) => {
      const { normalized, confidence } = await run({ request, schema, language }, taskContext());

      expect(normalized).toEqual(expected);
      expect(confidence).toBeGreaterThan(0.6);
      expect(confidence).toBeLessThanOrEqual(1);
    },
  );

  test.each(pairsOf(file).filter(({ missing }) => missing))(
    "name what is missing: $name",
    async ({ request, schema, language, missing }) => {
      const running = run({ request, schema, language }, taskContext());

      await expect(running).rejects.toThrow(SchemaValidationError);
      await expect(running).rejects.toThrow(`${missing} is required`);
    },
  );
});

test("the same request always gives the same output", async () => {
  const [pair] = pairsOf("pairs.json");
  if (!pair) throw new Error("no pairs");
  const { request, schema, language } = pair;

  const runs = Array.from({ length: 5 }, () => run({ request, schema, language }, taskContext()));

  expect(new Set((await Promise.all(runs)).map((output) => JSON.stringify(output))).size).toBe(1);
});

/** One line per value: its place and what it is. */
function leavesOf(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${path} ${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([name, child]) => leavesOf(child, `${path}/${name}`));
}

test("of the third held-out set nearly all values are right and hardly any is wrong", async () => {
  const pairs = pairsOf("held-out-3.json").filter(({ expected }) => expected);
  let [right, wrong, wanted] = [0, 0, 0];
  for (const { request, schema, language, expected } of pairs) {
    const want = new Set(leavesOf(expected));
    const { normalized } = await run({ request, schema, language }, taskContext());
    wanted += want.size;
    for (const leaf of leavesOf(normalized)) want.has(leaf) ? right++ : wrong++;
  }

  expect(right / wanted).toBeGreaterThan(0.95);
  expect(wrong / wanted).toBeLessThan(0.03);
});
