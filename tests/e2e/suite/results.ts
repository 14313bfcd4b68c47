import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { keywords } from "../../../contracts/tasks/keywords.ts";
import { normalize } from "../../../contracts/tasks/normalize.ts";
import { summarize } from "../../../contracts/tasks/summarize.ts";
import type { Target } from "./target.ts";

const text = (name: string) => readFile(new URL(`../../fixtures/summaries/${name}`, import.meta.url), "utf8");
const words = (of: string) => of.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

const texts = [
  ["en", "tool-library.en.txt"],
  ["de", "moorschutz.de.txt"],
] as const;

const ticket = {
  request:
    "Hello, my name is Jane Porter and I can't log in since yesterday. My e-mail is jane.porter@example.com. This is urgent.",
  schema: {
    type: "object",
    properties: {
      name: { type: "string" },
      email: { type: "string", format: "email" },
      priority: {
        type: "string",
        enum: ["low", "normal", "high"],
        description: "low: whenever; normal: soon; high: urgent, immediately",
      },
    },
    required: ["name", "email", "priority"],
    additionalProperties: false,
  },
};

export function describeResults(target: Target): void {
  describe("results", () => {
    let key: string;
    beforeAll(async () => {
      key = await target.newKey("e2e-results");
    });

    test.each(texts)("summarize: a real text in %s becomes a summary within max_length", async (language, file) => {
      const input = { text: await text(file), max_length: 60, language };

      const job = await target.run("summarize", input, key);

      expect(job).toMatchObject({ status: "SUCCESS", error: null });
      const result = summarize.output.parse(job.result);
      expect(words(result.summary)).toBeGreaterThan(5);
      expect(words(result.summary)).toBeLessThanOrEqual(60);
      expect(result.summary_length).toBeLessThan(result.original_length);
      expect(result.compression_ratio).toBeCloseTo(result.summary_length / result.original_length, 2);
    });

    test.each(texts)(
      "keywords: a real text in %s gives as many as asked for, each from the text",
      async (language, file) => {
        const input = { text: await text(file), max_keywords: 5, language };

        const job = await target.run("keywords", input, key);

        expect(job).toMatchObject({ status: "SUCCESS", error: null });
        const result = keywords.output.parse(job.result);
        expect(result.count).toBe(result.keywords.length);
        expect(new Set(result.keywords).size).toBe(5);
        for (const keyword of result.keywords) expect(input.text.toLowerCase()).toContain(keyword.toLowerCase());
      },
    );

    test("normalize: a request becomes the object that its schema asks for", async () => {
      const job = await target.run("normalize", ticket, key);

      expect(job).toMatchObject({ status: "SUCCESS", error: null });
      const result = normalize.output.parse(job.result);
      expect(result.normalized).toMatchObject({ email: "jane.porter@example.com", priority: "high" });
      expect(result.confidence).toBeGreaterThan(0);
    });

    test("normalize: what the request does not hold is an error that is not tried again", async () => {
      const input = { ...ticket, request: "Please call me back." };

      const job = await target.run("normalize", input, key);

      expect(job).toMatchObject({
        status: "FAILURE",
        attempts: 1,
        result: null,
        error: { type: "SchemaValidationError", retryable: false },
      });
    });

    test("a result too large for the record comes back whole", async () => {
      const echo = Array.from({ length: 4_000 }, (_, index) => `${index}:${Math.sin(index)}`);

      const job = await target.run("health_check", { echo }, key);

      expect(job).toMatchObject({ status: "SUCCESS", result: { echo } });
    });
  });
}
