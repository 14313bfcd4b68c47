import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deploymentSettings, readStageFile } from "../../../cli/aws/stage-file.ts";
import { catalog } from "../../../contracts/catalog.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-stages-"));
  await mkdir(join(folder, "stages"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The settings of the stage prod, whose file has this content. */
async function read(content: string) {
  await writeFile(join(folder, "stages/prod.env"), content);
  return readStageFile("prod", { catalog, folder });
}

test("a stage without a file adds no settings", () => {
  expect(readStageFile("prod", { catalog, folder })).toEqual({});
});

test("settings of functions, of the stage and of tasks are read, with comments and quotes", async () => {
  const content = `# The shop's stage\nWORKER_CONCURRENCY=8\nSLUICE_FAMILIES="core,language"\nSOURCES_CHECK_URLS=true\n`;
  expect(await read(content)).toEqual({
    WORKER_CONCURRENCY: "8",
    SLUICE_FAMILIES: "core,language",
    SOURCES_CHECK_URLS: "true",
  });
});

test("a misspelt setting is named, with the one that was meant", async () => {
  await expect(read("WORKER_CONCURENCY=8")).rejects.toThrow(
    "stages/prod.env: WORKER_CONCURENCY is not a setting of a deployment; did you mean WORKER_CONCURRENCY?",
  );
});

test.each(["LLM_API_KEY=sk-1", "AWS_SECRET_ACCESS_KEY=x", "SLUICE_API_KEY=slc_1"])(
  "a secret does not belong into the file: %s",
  async (line) => {
    await expect(read(line)).rejects.toThrow(/is not a setting of a deployment/);
  },
);

test("a file of another stage is refused", async () => {
  await expect(read("SLUICE_STAGE=dev")).rejects.toThrow("stages/prod.env: SLUICE_STAGE is dev, not prod.");
});

test("the environment counts before the stage's file, and that before .env; what is empty does not", async () => {
  await writeFile(join(folder, "stages/prod.env"), "WORKER_CONCURRENCY=8\nSLUICE_SIZE=small\n");
  await writeFile(
    join(folder, ".env"),
    "WORKER_CONCURRENCY=2\nSLUICE_SIZE=full\nAWS_REGION=eu-central-1\nSLUICE_STAGE=dev\n",
  );
  const env = { WORKER_CONCURRENCY: "16", SLUICE_SIZE: "" };
  expect(deploymentSettings("prod", env, { catalog, folder })).toEqual({
    WORKER_CONCURRENCY: "16",
    SLUICE_SIZE: "small",
    AWS_REGION: "eu-central-1",
    SLUICE_STAGE: "prod",
  });
  expect(deploymentSettings("prod", {}, { catalog, folder, dotEnv: false })).toEqual({
    WORKER_CONCURRENCY: "8",
    SLUICE_SIZE: "small",
    SLUICE_STAGE: "prod",
  });
});

test("a stage that nobody names is that of the environment, else of .env, else dev", async () => {
  const stageOf = (env: Record<string, string>) => deploymentSettings(undefined, env, { catalog, folder }).SLUICE_STAGE;
  expect(stageOf({})).toBe("dev");
  await writeFile(join(folder, ".env"), "SLUICE_STAGE=prod\n");
  expect(stageOf({ SLUICE_STAGE: "" })).toBe("prod");
  expect(stageOf({ SLUICE_STAGE: "staging" })).toBe("staging");
});
