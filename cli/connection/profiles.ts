/**
 * Named deployments in `~/.config/sluice/config.json`.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { usage } from "../exit-codes.ts";

const profileSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  api_key: z.string().optional(),
  /** Name of the environment variable that holds the key, for those who keep keys out of files. */
  api_key_env: z.string().optional(),
  /** The deployed stage and its region, for commands that need AWS itself. */
  stage: z.string().optional(),
  region: z.string().optional(),
});

const configSchema = z.strictObject({
  default_profile: z.string().optional(),
  profiles: z.record(z.string(), profileSchema).default({}),
});

/** A named endpoint of the configuration file. */
export type Profile = z.infer<typeof profileSchema>;
/** The configuration file of the command line. */
export type Config = z.infer<typeof configSchema>;

type Environment = Readonly<Record<string, string | undefined>>;

/** The path of the configuration file, by the XDG convention. */
export const configPath = (env: Environment): string =>
  join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), ".config"), "sluice", "config.json");

/**
 * Reads the configuration; none is an empty one.
 * @throws CliError when the file cannot be read or does not fit
 */
export function readConfig(env: Environment): Config {
  const path = configPath(env);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return { profiles: {} };
    throw usage(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = configSchema.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw usage(`${path}: ${issue?.path.join(".") || "the file"}: ${issue?.message ?? "does not fit"}`);
}

/** @throws CliError when there is no such profile */
export function profileOf(config: Config, name: string, env: Environment): Profile {
  const profile = config.profiles[name];
  if (profile) return profile;
  const names = Object.keys(config.profiles);
  const known = names.length > 0 ? `There are: ${names.join(", ")}.` : "It has none yet.";
  throw usage(`There is no profile ${name} in ${configPath(env)}. ${known}`);
}

/** The profile that is asked for by option, environment or the file itself. */
export function currentProfile(asked: string | undefined, env: Environment): Profile | undefined {
  const config = readConfig(env);
  const name = asked ?? (env.SLUICE_PROFILE || config.default_profile);
  return name === undefined ? undefined : profileOf(config, name, env);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw usage(`${path} is not JSON.`);
  }
}
