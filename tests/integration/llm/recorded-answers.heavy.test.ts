/**
 * Answers that real model servers gave, each over the whole pipeline: HTTP, queue, worker, model server, record.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Job } from "../../../contracts/jobs/wire.ts";
import {
  type AnswerCase,
  type AnswerServer,
  completion,
  inputOf,
  recordedCases,
  type ServerResponse,
  startAnswerServer,
} from "../../helpers/answer-server.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";

const cases = recordedCases();
const good = completion("A fine summary.");

/** Cases whose server gets better: what it answers after the recorded response. */
function answersOf(each: AnswerCase): ServerResponse[] {
  if (each.case === "bad_once_then_good") return [each.response, completion('{"name":"Ann","count":2}')];
  const attempt = Number(/SUCCESS on attempt (\d)/.exec(each.right)?.[1] ?? 0);
  return attempt > 0 ? [...Array<ServerResponse>(attempt - 1).fill(each.response), good] : [each.response];
}

/** What the words of `right` say about the job's end. */
function outcomeIn({ right, case: name }: AnswerCase): "SUCCESS" | "FAILURE" {
  // 501 says that the server does not know the request: the same request is not worth another attempt.
  if (name === "s501") return "FAILURE";
  // Nothing whole is left of it.
  if (name === "text_length") return "FAILURE";
  if (/^(success|preamble dropped|as is|token dropped|no thoughts in result|refused or dropped)/i.test(right))
    return "SUCCESS";
  return "FAILURE";
}

/** What must be in the result or the error, beyond the state. */
const details: Record<string, (job: Job) => void> = {
  think_close_only: (job) => expect(job.result).toMatchObject({ summary: "A fine summary." }),
  think_tag: (job) => expect(job.result).toMatchObject({ summary: "A fine summary." }),
  think_harmony: (job) => expect(job.result).toMatchObject({ summary: "A fine summary." }),
  reasoning_beside: (job) => expect(job.result).toMatchObject({ summary: "A fine summary." }),
  null_reasoning_only: (job) => expect(job.error?.message).toContain("MAX_TOKENS"),
  text_length: (job) => expect(job.error).toMatchObject({ type: "AnswerCutError", retryable: false }),
  null_content: (job) => expect(job.error?.message).toContain("empty"),
  json_truncated: (job) => expect(job.error?.message).toContain("MAX_TOKENS"),
  json_wrong_type: (job) => expect(job.error?.message).toContain("/count"),
  json_null_optional: (job) => expect(job.result).toMatchObject({ normalized: { name: "Ann" } }),
  json_string_wrapped: (job) => expect(job.result).toMatchObject({ normalized: { name: "Ann", count: 2 } }),
  bad_once_then_good: (job) => expect(job.result).toMatchObject({ normalized: { name: "Ann", count: 2 } }),
  refusal: (job) => expect(job.error?.message).toContain("I cannot help with that."),
  redirect_login: (job) => expect(job.error?.message).toContain("/login"),
  s400_context: (job) => expect(job.error).toMatchObject({ type: "TextTooLongError", retryable: false }),
  s429_quota: (job) => expect(job.error).toMatchObject({ type: "QuotaExceededError", retryable: false }),
  s500_detail_string: (job) => expect(job.error?.message).toContain("unexpectedly stopped"),
  s400_message_only: (job) => expect(job.error?.message).toContain("does not exist"),
  usage_missing: (job) => expect(job.usage).toBeNull(),
  usage_huge: (job) => expect(job.usage).toBeNull(),
  usage_strings: (job) => expect(job.usage).toBeNull(),
  sum_too_long: (job) => expect(String((job.result as { summary: string }).summary)).toMatch(/river\.$/),
  sum_preamble: (job) => expect(job.result).toMatchObject({ summary: "The river rose." }),
  sum_quotes: (job) => expect(job.result).toMatchObject({ summary: '"The river rose."' }),
  sum_nul: (job) => expect(job.result).toMatchObject({ summary: "ab red" }),
  sum_special_tokens: (job) => expect(job.result).toMatchObject({ summary: "The river rose." }),
  kw_comma: (job) => expect(job.result).toMatchObject({ keywords: ["alpha", "beta", "gamma"] }),
  kw_bullets: (job) => expect(job.result).toMatchObject({ keywords: ["alpha", "beta"] }),
  kw_objects: (job) => expect(job.result).toMatchObject({ keywords: ["alpha"] }),
  kw_string: (job) => expect(job.result).toMatchObject({ keywords: ["alpha", "beta"] }),
  kw_dups: (job) => expect(job.result).toMatchObject({ keywords: ["Alpha", "beta", "Straße"] }),
  kw_many: (job) => expect(job.result).toMatchObject({ count: 5 }),
  kw_blank: (job) => expect(job.result).toMatchObject({ count: 0 }),
  json_single_quotes: (job) => expect(job.result).toMatchObject({ keywords: ["alpha", "beta"] }),
};

/** @param asked how often the model server was asked */
function check(each: AnswerCase, job: Job, asked: number): void {
  const { right } = each;
  expect(job.status, `${right}; ${JSON.stringify(job.error ?? job.result)}`).toBe(outcomeIn(each));
  if (/at once/.test(right)) expect(job.attempts).toBe(1);
  // By another attempt, or by the question that asks for a correction.
  if (/^(retried|retry)/.test(right) && each.case !== "s501") expect(asked).toBeGreaterThan(1);
  const attempt = /on attempt (\d)/.exec(right)?.[1];
  if (attempt && each.case !== "bad_once_then_good") expect(job.attempts).toBe(Number(attempt));
  if (job.status === "SUCCESS") {
    expect(JSON.stringify(job.result)).not.toMatch(/think>|<\||\\u0000|\\u001b|channel/);
    for (const count of [job.usage?.prompt_tokens, job.usage?.completion_tokens]) {
      expect(count === undefined || (Number.isSafeInteger(count) && count >= 0)).toBe(true);
    }
  } else expect(job.error?.message).toMatch(/\w{3}/);
  details[each.case]?.(job);
}

describe.skipIf(cases.length === 0)("recorded answers (skipped where SLUICE_MODEL_ANSWERS names no file)", () => {
  let server: AnswerServer;
  let stack: TestStack;
  const jobs = new Map<string, string>();
  beforeAll(async () => {
    server = await startAnswerServer(new Map(cases.map((each) => [each.case, answersOf(each)])));
    stack = await startTestStack({
      timeScale: 600,
      env: { LLM_BACKEND: "openai-compatible", LLM_SERVER_URL: server.url, TASK_MAX_RETRIES: "2" },
    });
    // Answers first: those of a server that is down hold up the ones behind them, as they should.
    const isOutage = (each: AnswerCase) => each.response.status >= 500;
    for (const each of [...cases].sort((one, other) => Number(isOutage(one)) - Number(isOutage(other)))) {
      jobs.set(each.case, await stack.submit(each.task, inputOf(each)));
    }
  }, 400_000);
  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  it.each(cases)("$case ($task): $right", async (each) => {
    const job = await stack.waitFor(jobs.get(each.case) ?? "", undefined, 110);
    check(each, job, server.requestsOf(each.case).length);
  });
});
