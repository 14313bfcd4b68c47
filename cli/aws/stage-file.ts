/**
 * What a stage is deployed with: settings of the environment, of a file that is kept under version control, `stages/<stage>.env`, and
 * of `.env`.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { closestName } from "../../contracts/closest-name.ts";
import type { Catalog } from "../../contracts/define-catalog.ts";
import { settings } from "../../contracts/settings/settings.ts";
import { stageSettings } from "../../contracts/settings/stage.ts";

/** Where the settings of a stage are kept. */
export const stageFilePath = (stage: string): string => `stages/${stage}.env`;

/** Where the file is, and which tasks have settings of their own. */
export interface StageFileOptions {
  readonly catalog: Catalog;
  /** @default the current folder */
  readonly folder?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a stage is deployed with: the environment, else its file, else `.env`. What is set to nothing does not hide what a file says.
 * @param named the stage; undefined: the one that the environment, or else `.env`, has in SLUICE_STAGE, or `dev`
 * @param options.dotEnv false leaves `.env` out
 * @throws Error as `readStageFile`
 */
export function deploymentSettings(
  named: string | undefined,
  env: Environment,
  options: StageFileOptions & { readonly dotEnv?: boolean | undefined },
): Record<string, string> & { readonly SLUICE_STAGE: string } {
  const { folder = ".", dotEnv = true } = options;
  const given = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
  );
  const kept = dotEnv ? readEnvFile(join(folder, ".env")) : {};
  const stage = named ?? given.SLUICE_STAGE ?? (kept.SLUICE_STAGE || "dev");
  return { ...kept, ...readStageFile(stage, options), ...given, SLUICE_STAGE: stage };
}

/**
 * Reads the settings of a stage's file.
 * @returns none when there is no file
 * @throws Error that names a setting that does not exist, or a file of another stage
 */
export function readStageFile(stage: string, { catalog, folder = "." }: StageFileOptions): Record<string, string> {
  const path = stageFilePath(stage);
  const given = readEnvFile(join(folder, path));
  const known = new Set([
    ...Object.keys({ ...settings.shape, ...stageSettings.shape }),
    ...Object.values(catalog.tasks).flatMap((task) => Object.keys(task.settings?.shape ?? {})),
  ]);
  for (const [name, value] of Object.entries(given)) {
    if (name === "SLUICE_STAGE" && value !== stage) throw new Error(`${path}: SLUICE_STAGE is ${value}, not ${stage}.`);
    if (!known.has(name)) {
      const meant = closestName(
        name,
        [...known].map((each) => each.toLowerCase()),
      )?.toUpperCase();
      throw new Error(
        `${path}: ${name} is not a setting of a deployment${meant === undefined ? "." : `; did you mean ${meant}?`} docs/settings.md lists them.`,
      );
    }
  }
  return given;
}

/**
 * Reads a file of `NAME=value` lines.
 * @returns none when there is no file
 */
function readEnvFile(path: string): Record<string, string> {
  try {
    return { ...parseEnv(readFileSync(path, "utf8")) } as Record<string, string>;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
}
