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

/** `pairs` were written before the rules; `held-out` and `held-out-2` after them (docs/embedded-backend.md). */
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
