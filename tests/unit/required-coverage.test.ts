import { expect, test } from "vitest";
import { missingCoverage } from "../e2e/required-coverage.ts";

const report = (...results: [fullName: string, status: string][]) => ({
  testResults: [{ assertionResults: results.map(([fullName, status]) => ({ fullName, status })) }],
});

test("a deployed run that skipped everything lacks everything that is required", () => {
  const all = missingCoverage(report(), {});

  expect(all).toContain("submit");
  expect(all).toContain("a job with an eta");
  expect(missingCoverage(report(["deployed submit a job is accepted with its links, runs", "skipped"]), {})).toEqual(
    all,
  );
});

test("a test that passed covers what it is required for", () => {
  const missing = missingCoverage(
    report(
      ["deployed auth a request without a key is 401", "passed"],
      ["deployed results summarize: a real text in en becomes a summary", "passed"],
      ["deployed results keywords: a real text in en gives as many", "failed"],
    ),
    {},
  );

  expect(missing).not.toContain("auth: no key");
  expect(missing).not.toContain("the result of summarize");
  expect(missing).toContain("the result of keywords");
});

test("what needs a server of this machine is required where functions reach it", () => {
  expect(missingCoverage(report(), {})).toContain("a webhook");
  expect(missingCoverage(report(), { loopback: "functions run elsewhere" })).not.toContain("a webhook");
});
