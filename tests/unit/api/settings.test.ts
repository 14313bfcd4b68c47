import { afterEach, expect, it, vi } from "vitest";
import { catalog } from "../../../contracts/catalog.ts";
import { settingHandlers } from "../../../functions/api/handlers/settings.ts";

type Services = Parameters<typeof settingHandlers.listSettings>[1];

async function shown() {
  const { body } = await settingHandlers.listSettings({} as never, { jobs: { catalog } } as unknown as Services);
  return new Map(body.settings.map((each) => [each.name, each]));
}

afterEach(() => vi.unstubAllEnvs());

it("a setting of the API's own is shown as it is in force, beside its default", async () => {
  vi.stubEnv("WORKER_CONCURRENCY", "9");
  vi.stubEnv("LLM_MODEL", undefined);
  const settings = await shown();
  expect(settings.get("WORKER_CONCURRENCY")).toMatchObject({ value: "9", default: "5", group: "Tasks" });
  expect(settings.get("LLM_MODEL")).toMatchObject({ value: null, default: null });
});

it("what other functions and the deployment were given is shown as well", async () => {
  vi.stubEnv("SLUICE_OTHER_SETTINGS", JSON.stringify({ OCR_LANGUAGES: "fra", SLUICE_LOG_RETENTION_DAYS: "90" }));
  const settings = await shown();
  expect(settings.get("OCR_LANGUAGES")).toMatchObject({ value: "fra", default: "deu,eng" });
  expect(settings.get("SLUICE_LOG_RETENTION_DAYS")).toMatchObject({ value: "90", default: "30", group: "Deployment" });
});

it("every setting is shown once", async () => {
  const { body } = await settingHandlers.listSettings({} as never, { jobs: { catalog } } as unknown as Services);
  const names = body.settings.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(body.settings.every(({ description }) => description !== "")).toBe(true);
});
