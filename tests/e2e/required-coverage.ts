/**
 * What must really have run on the deployed stack: a suite that skips it all must not count as passed.
 *
 * @module
 */

import { z } from "zod";

const required: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["auth: no key", /\bauth a request without a key is 401/],
  ["auth: a wrong key", /\bauth the wrong key .* is 403/],
  ["auth: a missing scope", /\bauth a key that may only read cannot submit/],
  ["public routes: a trailing slash", /\bpublic routes GET \/health\/ answers/],
  ["public routes: HEAD", /\bpublic routes HEAD \/health answers/],
  ["public routes: an unknown path", /\bpublic routes GET \/no-such-page is 404/],
  ["submit", /\bsubmit a job is accepted .* runs/],
  ["the result of summarize", /\bresults summarize:/],
  ["the result of keywords", /\bresults keywords:/],
  ["the result of normalize", /\bresults normalize: a request becomes/],
  ["projects", /\bprojects are embedded by a job, found/],
  ["bad input: 422", /\bbad input .* is 422 and names/],
  ["bad input: 413", /\bbad input .* is 413/],
];

/** vitest's JSON report, as far as it matters here. */
const reportSchema = z.object({
  testResults: z.array(z.object({ assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })) })),
});

/** @returns what no test passed for */
export function missingCoverage(report: unknown): string[] {
  const passed = reportSchema
    .parse(report)
    .testResults.flatMap((file) => file.assertionResults)
    .filter((result) => result.status === "passed")
    .map((result) => result.fullName);
  return required.filter(([, pattern]) => !passed.some((name) => pattern.test(name))).map(([what]) => what);
}
