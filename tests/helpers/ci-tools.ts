import { expect, it } from "vitest";

/**
 * A test that fails in CI where a tool is missing: elsewhere what needs the tool is skipped, which nobody would notice in CI.
 * @param name the variable that names the tool, as `.ci/run` installs it
 * @param isThere whether it was found
 */
export const requireInCi = (name: string, isThere: boolean): void =>
  it.runIf(process.env.CI === "true")(`CI has what ${name} names: without it the rest would be skipped`, () => {
    expect(isThere, `What ${name} names is not there: .ci/run says why it could not be installed.`).toBe(true);
  });
