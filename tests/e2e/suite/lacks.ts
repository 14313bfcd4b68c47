import { type TestFunction, test } from "vitest";
import { z } from "zod";

/** What an endpoint may lack (tests/e2e/probe.ts finds out): by capability, the reason. */
export const lacksSchema = z.strictObject({
  deadLettering: z.string().optional(),
  /** Functions reach servers of the machine that the tests run on. */
  loopback: z.string().optional(),
});

export type Lacks = z.infer<typeof lacksSchema>;

/** A test that needs a capability: where that is lacking the test is skipped, and its name says why. */
export function testWith(
  lacks: Lacks,
  capability: keyof Lacks,
  { name, timeout }: { readonly name: string; readonly timeout?: number },
  body: TestFunction,
): void {
  const reason = lacks[capability];
  if (reason === undefined) test(name, body, timeout);
  else test.skip(`${name} (skipped: ${reason})`, body);
}
