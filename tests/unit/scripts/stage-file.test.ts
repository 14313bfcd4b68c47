import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { catalog } from "../../../contracts/catalog.ts";
import { readStageFile } from "../../../scripts/stage-file.ts";

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
