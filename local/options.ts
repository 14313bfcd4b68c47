/**
 * What `npm start` takes from its environment.
 *
 * @module
 */

import { z } from "zod";
import type { Catalog } from "../contracts/define-catalog.ts";
import { parseSettings } from "../contracts/settings/parse-settings.ts";
import { settings } from "../contracts/settings/settings.ts";
import { stageSettings } from "../contracts/settings/stage.ts";
import type { StackOptions } from "./stack.ts";

const blankIsUnset = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema);

const secretsSchema = z.record(z.string().min(1), z.string());

/** Reads SLUICE_SECRETS. @returns undefined when it does not fit */
function readSecrets(text: string): Readonly<Record<string, string>> | undefined {
  try {
    return secretsSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Settings of the embedded stack alone. */
export const localSettings = z.object({
  SLUICE_PORT: blankIsUnset(z.coerce.number().int().min(0).max(65_535).default(4600)).describe(
    "Port of the HTTP API on 127.0.0.1; 0 uses a free port.",
  ),
  SLUICE_API_KEY: blankIsUnset(
    z
      .string()
      .regex(/^[\w.~+/=-]{1,256}$/, "must be 1 to 256 of the characters of a bearer token")
      .optional(),
  ).describe("An admin key of the tenant `default`. When it is not set, a key is generated and printed."),
  SLUICE_DATA_DIR: blankIsUnset(z.string().optional()).describe(
    "Folder that keeps jobs, queues, files and the key across restarts. When it is not set, they are lost when the stack stops.",
  ),
  SLUICE_TIME_SCALE: blankIsUnset(z.coerce.number().min(1).default(1)).describe(
    "Divisor for backoff settings and schedule rates; the result is at least a second.",
  ),
  LLM_API_KEY: blankIsUnset(z.string().optional()).describe(
    "The model server's key. Deployed stages store it in Secrets Manager or SSM.",
  ),
  SLUICE_SECRETS: blankIsUnset(
    z
      .string()
      .refine((text) => readSecrets(text) !== undefined, 'must be JSON such as {"review-key": "..."}')
      .optional(),
  ).describe('Secrets by name, as JSON: {"review-key": "..."}. Deployed stages store them in Secrets Manager or SSM.'),
});

/** The name under which functions find `LLM_API_KEY`, unless LLM_API_KEY_SECRET gives another. */
const LLM_SECRET = "sluice/llm-api-key";

/** The names of settings that tasks have of their own. */
export const settingsOfTasks = ({ tasks }: Catalog): string[] =>
  Object.values(tasks).flatMap(({ settings: own }) => Object.keys(own?.shape ?? {}));

/**
 * Options of the stack from an environment.
 * @param ofTasks names of settings that tasks have of their own
 * @throws Error that names every variable that does not fit
 */
export function readOptions(
  env: Readonly<Record<string, string | undefined>>,
  ofTasks: readonly string[] = [],
): StackOptions & { readonly port: number; readonly timeScale: number } {
  const given = parseSettings(localSettings, env);
  const { LLM_API_KEY, SLUICE_SECRETS } = given;
  const secretName = env.LLM_API_KEY_SECRET || LLM_SECRET;
  // What the synthesis reads and nothing else: another port or key must not synthesize again.
  const names = [...Object.keys({ ...settings.shape, ...stageSettings.shape }), ...ofTasks];
  const passed = Object.fromEntries(names.map((name) => [name, env[name]]));
  return {
    port: given.SLUICE_PORT,
    apiKey: given.SLUICE_API_KEY,
    dataDir: given.SLUICE_DATA_DIR,
    timeScale: given.SLUICE_TIME_SCALE,
    env: {
      LOG_FORMAT: "text",
      ...(LLM_API_KEY === undefined ? {} : { LLM_API_KEY_SECRET: secretName }),
      ...Object.fromEntries(Object.entries(passed).filter(([, value]) => value !== undefined && value !== "")),
    },
    secrets: new Map([
      ...Object.entries(readSecrets(SLUICE_SECRETS ?? "{}") ?? {}),
      ...(LLM_API_KEY === undefined ? [] : [[secretName, LLM_API_KEY] as const]),
    ]),
  };
}
