import { readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import { expect, test } from "vitest";
import { settings } from "../../contracts/settings/settings.ts";
import { stageSettings } from "../../contracts/settings/stage.ts";
import { readConfig } from "../../infra/config.ts";
import { localSettings } from "../../local/options.ts";
import { envSample, ownSettings, settingsFiles, settingsPage } from "../../scripts/settings-docs.ts";

const names = [
  ...Object.keys(settings.shape),
  ...Object.keys(stageSettings.shape),
  ...Object.keys(localSettings.shape),
  ...Object.keys(ownSettings.shape),
];

test.each(Object.entries(settingsFiles))(
  "%s is what the schemas say; if not, run npm run settings-docs",
  async (path, render) => {
    expect(await readFile(new URL(`../../${path}`, import.meta.url), "utf8")).toBe(render());
  },
);

test.each(names)("%s is documented", (name) => {
  expect(settingsPage()).toContain(`| \`${name}\` |`);
});

test("the sample holds every setting with the value that it has anyway", () => {
  const uncommented = envSample().replaceAll(/^# ([A-Z_]+=)/gm, "$1");
  const sample = parseEnv(uncommented);
  expect(Object.keys(sample).toSorted()).toEqual(names.toSorted());
  // What the environment holds beside is kept as it is, for the settings of tasks.
  expect({ ...readConfig(sample), env: {} }).toEqual({ ...readConfig({}), env: {} });
});
