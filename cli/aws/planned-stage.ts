import { stageFamilies } from "../../contracts/families.ts";
import type { QueueDefinition } from "../../contracts/queues.ts";
import { parseSettings } from "../../contracts/settings/parse-settings.ts";
import { settings as taskSettings } from "../../contracts/settings/settings.ts";
import { stageSettings } from "../../contracts/settings/stage.ts";
import type { Cli } from "../cli.ts";
import { type StageOptions, type StageTarget, stageTarget } from "./stage.ts";

/** A stage that is about to be deployed, with its settings. */
export interface PlannedStage {
  readonly target: StageTarget;
  readonly stage: ReturnType<typeof stageSettingsOf>;
  readonly settings: ReturnType<typeof settingsOf>;
  /** The queues that the stage will have. */
  readonly queues: readonly QueueDefinition[];
}

const stageSettingsOf = (env: Cli["env"]) => parseSettings(stageSettings, env);
const settingsOf = (env: Cli["env"]) => parseSettings(taskSettings, env);

/**
 * Reads the settings of a stage from the environment.
 * @throws Error that names the setting to change
 */
export function plannedStage(cli: Cli, options: StageOptions): PlannedStage {
  const target = stageTarget(cli, options);
  const env = { ...cli.env, SLUICE_STAGE: target.stage };
  const stage = stageSettingsOf(env);
  const settings = settingsOf(env);
  const families = stageFamilies({ ...stage, ...settings });
  const queues = cli.catalog.queues.filter(({ family }) => families.has(family));
  return { target, stage, settings, queues };
}
