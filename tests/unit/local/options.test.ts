import { describe, expect, it } from "vitest";
import { catalog } from "../../../contracts/catalog.ts";
import { readOptions, settingsOfTasks } from "../../../local/options.ts";

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

  it("a setting that a task has of its own is one of the template", () => {
    const given = { SOURCES_CHECK_URLS: "loopback", OTHER: "x" };
    const { env } = readOptions(given, settingsOfTasks(catalog));
    expect(env).toEqual({ ...synthesisOf({}), SOURCES_CHECK_URLS: "loopback" });
  });

  it("secrets of tasks' own stay out of it, and are there by their names", () => {
    const { env, secrets } = readOptions({ SLUICE_SECRETS: '{"review-key": "k-1", "/sluice/other": "k-2"}' });
    expect(env).toEqual(synthesisOf({}));
    expect([...(secrets ?? [])]).toEqual([
      ["review-key", "k-1"],
      ["/sluice/other", "k-2"],
    ]);
  });

  it.each(["review-key", "[]", '{"review-key": 1}'])("secrets that are no names with texts are refused: %s", (text) => {
    expect(() => readOptions({ SLUICE_SECRETS: text })).toThrow(/SLUICE_SECRETS.*must be JSON such as/);
  });
});
