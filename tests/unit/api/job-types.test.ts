import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalog as standard } from "../../../contracts/catalog.ts";
import { defineCatalog } from "../../../contracts/define-catalog.ts";
import { buildOpenApi } from "../../../functions/api/openapi/openapi.ts";
import { webhookPayload } from "../../../shared/capabilities/webhooks/payload.ts";
import { pressReview } from "../../fixtures/own-tasks/press-review.ts";
import { job, succeeded } from "../../helpers/wire-job.ts";

const document = z
  .object({ components: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.json())) }) })
  .parse(buildOpenApi(defineCatalog({ ...standard.tasks, press_review: pressReview })));
const { schemas } = document.components;

const ajv = addFormats.default(new Ajv2020({ strict: false, unicodeRegExp: true })).addSchema(document, "description");
/** Whether the description takes a value for what it calls by this name. */
const fits = (name: string, value: unknown) => ajv.validate(`description#/components/schemas/${name}`, value);

const summary = { summary: "Short.", original_length: 9, summary_length: 1, compression_ratio: 0.1 };
const review = { summaries: 3, failed: 0 };

describe("a job in the description", () => {
  it.each([
    ["summarize", summary, review],
    ["press_review", review, summary],
  ])("of %s has the result of its task, or none", (task_name, result, other) => {
    expect(fits("Job", { ...succeeded(result), task_name })).toBe(true);
    expect(fits("Job", job({ task_name }))).toBe(true);
    expect(fits("Job", { ...succeeded(other), task_name })).toBe(false);
    expect(fits("Job", { ...succeeded(result), task_name, more: 1 })).toBe(false);
  });

  it("of a task that was removed has any result", () => {
    for (const result of [null, "text", { pages: 3 }])
      expect(fits("Job", { ...succeeded(result), task_name: "count_pages" })).toBe(true);
    expect(fits("Job", { ...succeeded(null), task_name: 7 })).toBe(false);
  });

  it("is told apart by its task's name, which no other schema has", () => {
    const { oneOf, discriminator } = schemas.Job ?? {};
    const mapping = z.object({ mapping: z.record(z.string(), z.string()) }).parse(discriminator).mapping;

    expect(Object.keys(mapping)).toEqual([...standard.taskNames, "press_review"]);
    expect(oneOf).toEqual(
      [...Object.values(mapping), "#/components/schemas/JobOfAnotherTask"].map(($ref) => ({ $ref })),
    );
  });

  it("has the result of its task in the answer with the result alone, too", () => {
    const answer = (task_name: string, result: unknown) => ({
      ...{ task_id: "1", task_name, status: "SUCCESS", result, error: null },
    });
    expect(fits("JobResult", answer("press_review", review))).toBe(true);
    expect(fits("JobResult", answer("press_review", summary))).toBe(false);
    expect(fits("JobResult", answer("count_pages", 3))).toBe(true);
  });

  it("has the result of its task in a line of a batch's results, too, also when it is not there", () => {
    const line = { index: 0, task_id: "1", status: "SUCCESS", error: null };
    expect(fits("BatchResult", { ...line, task_name: "press_review", result: review })).toBe(true);
    expect(fits("BatchResult", { ...line, task_name: "press_review", result: summary })).toBe(false);
    expect(fits("BatchResult", { ...line, task_name: "summarize", result: null, result_url: "/x" })).toBe(true);
    expect(fits("BatchResult", { ...line, status: "EXPIRED", task_name: "count_pages", result: 3 })).toBe(true);
  });

  it("has the result of its task in a webhook, too, or the address of a large one", () => {
    const sent = (result: Parameters<typeof succeeded>[0]) => webhookPayload(succeeded(result), "https://x.example");
    expect(fits("WebhookPayload", sent(summary))).toBe(true);
    expect(fits("WebhookPayload", sent({ ...summary, summary: "x".repeat(300_000) }))).toBe(true);
    expect(fits("WebhookPayload", sent(review))).toBe(false);
  });
});
