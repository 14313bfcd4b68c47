/**
 * A text that cannot be summarized within the soft time limit is refused before there is a job of it.
 *
 * @module
 */

import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { problemSchema } from "../../../contracts/problem.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  const env = { LLM_BACKEND: "llamacpp", LLM_CONTEXT_TOKENS: "2048", LLM_PART_SECONDS: "60" };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  api = await TestApi.start();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await api.close();
});

const submit = (text: string) => api.call("POST", "/tasks/summarize", { body: { input: { text } } });
const sentence = "The river rose in the night. ";

it("is 422 with the field and the bound, and leaves no job", async () => {
  const answer = await submit(sentence.repeat(400));

  expect(answer.status).toBe(422);
  expect(problemSchema.parse(answer.body).errors).toEqual([
    {
      path: "/input/text",
      message: expect.stringMatching(
        /within the time limit of 270 s it can be asked about 3 parts .* which makes about \d+/,
      ),
    },
  ]);
  expect((await api.call("GET", "/jobs")).body).toMatchObject({ jobs: [] });
});

it("is accepted when its parts fit", async () => {
  expect((await submit(sentence.repeat(120))).status).toBe(202);
});
