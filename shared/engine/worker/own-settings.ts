/**
 * The settings and secrets that a task's definition declares for itself.
 *
 * @module
 */

import type { TaskDefinition } from "../../../contracts/define-task.ts";
import { InvalidInputError } from "../../../contracts/errors.ts";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import { Remembered } from "../../lib/remembered.ts";
import { readSecret } from "../../lib/secret.ts";

type Settings = Readonly<Record<string, unknown>>;

const parsed = new WeakMap<TaskDefinition, Settings>();
const secrets = new Remembered<string>();

/** A task's own settings, read once per process. @throws Error that names those that do not fit */
export function ownSettings(definition: TaskDefinition): Settings {
  const known = parsed.get(definition);
  if (known) return known;
  const settings = definition.settings ? parseSettings(definition.settings, process.env) : {};
  parsed.set(definition, settings);
  return settings;
}

/** A secret of a task's own. @throws AuthenticationError when it cannot be read */
export async function ownSecret(definition: TaskDefinition, name: string): Promise<string> {
  const reference = definition.secrets?.includes(name) ? ownSettings(definition)[name] : undefined;
  if (typeof reference !== "string" || reference === "") {
    throw new InvalidInputError(
      `Task ${definition.name} has no secret ${name}, or the setting of that name is not set.`,
    );
  }
  return secrets.get(reference, () => readSecret(reference, name));
}
