/**
 * Tasks of writing where there is no language model.
 *
 * @module
 */

import { expect, it } from "vitest";
import { startTestStack } from "../../helpers/stack.ts";

const chapter = { chapter_number: 1, title: "A", content: "It was cold." };
const inputs: Readonly<Record<string, object>> = {
  generate_chapter: { character_name: "Ada", chapter_number: 1, chapter_title: "A" },
  generate_introduction: { character_name: "Ada", chapters: [{ title: "A", summary: "It was cold." }] },
  generate_conclusion: { character_name: "Ada", chapters: [{ title: "A", summary: "It was cold." }] },
  regenerate_chapter: { chapter, feedback: "Warmer." },
  batch_generate_chapters: { character_name: "Ada", chapter_specs: [{ number: 1, title: "A" }] },
  rewrite_content: { text: "It was cold.", goal: "warmer" },
  llm_call: { query: "Why?" },
};

it("they fail at once, and say how to set one", async () => {
  await using stack = await startTestStack({ env: { LLM_BACKEND: "embedded", SLUICE_FAMILIES: "all" } });
  const jobs = await Promise.all(
    Object.entries(inputs).map(async ([task, input]) => await stack.waitFor(await stack.submit(task, input))),
  );
  for (const job of jobs) {
    expect(job).toMatchObject({
      status: "FAILURE",
      attempts: 1,
      error: { type: "ModelRequiredError", retryable: false, message: expect.stringContaining("Set LLM_BACKEND") },
    });
  }
}, 120_000);
