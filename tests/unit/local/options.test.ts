import { describe, expect, it } from "vitest";
import { readOptions } from "../../../local/options.ts";

/** What the assembly's fingerprint is made of, beside the sources. */
const synthesisOf = (env: Record<string, string>) => readOptions(env).env;

describe("what of the environment reaches the synthesis", () => {
  it.each([
    { SLUICE_PORT: "4700" },
    { SLUICE_API_KEY: "slc_other" },
    { SLUICE_DATA_DIR: "/tmp/data" },
    { SLUICE_TIME_SCALE: "60" },
    // The command line's own.
    { SLUICE_URL: "http://127.0.0.1:4700" },
    { SLUICE_PROFILE: "prod" },
  ])("$0 is a matter of this machine, and an assembly made without it is used again", (env) => {
    expect(synthesisOf(env)).toEqual(synthesisOf({}));
  });

  it.each([{ SLUICE_STAGE: "two" }, { SLUICE_LOG_RETENTION_DAYS: "7" }, { TASK_MAX_RETRIES: "1" }, { LLM_MODEL: "m" }])(
    "$0 is a setting of the template",
    (env) => {
      expect(synthesisOf(env)).toEqual({ ...synthesisOf({}), ...env });
    },
  );

  it("a model server's key stays out of it, and its name goes in", () => {
    const { env, secrets } = readOptions({ LLM_API_KEY: "sk-secret" });
    expect(JSON.stringify(env)).not.toContain("sk-secret");
    expect(secrets?.get(env?.LLM_API_KEY_SECRET ?? "")).toBe("sk-secret");
  });
});
