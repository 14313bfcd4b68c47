import { type Family, stageFamilies } from "../../contracts/families.ts";
import type { QueueDefinition } from "../../contracts/queues.ts";
import { parseSettings } from "../../contracts/settings/parse-settings.ts";
import { settings as taskSettings } from "../../contracts/settings/settings.ts";
import { smallStageSettings, withSizeDefaults } from "../../contracts/settings/small-stage.ts";
import { stageSettings } from "../../contracts/settings/stage.ts";
import { stageQueues } from "../../contracts/stage-queues.ts";
import type { Cli } from "../cli.ts";
import { currentProfile } from "../connection/profiles.ts";
import { type StageOptions, type StageTarget, stageTarget } from "./stage.ts";
import { deploymentSettings } from "./stage-file.ts";

/** A stage that is about to be deployed, with its settings. */
export interface PlannedStage {
  readonly target: StageTarget;
  readonly stage: ReturnType<typeof stageSettingsOf>;
  readonly settings: ReturnType<typeof settingsOf>;
  readonly families: ReadonlySet<Family>;
  /** The queues that the stage will have. */
  readonly queues: readonly QueueDefinition[];
  /** All queues of the application, those that the stage will not have too. */
  readonly allQueues: readonly QueueDefinition[];
  /** The same stage of size `small`, with the defaults of that; undefined when it is one already. */
  readonly small: PlannedStage | undefined;
  /** Settings that were given, and that a small stage has defaults of its own for. */
  readonly givenForSize: readonly string[];
}

const stageSettingsOf = (env: Cli["env"]) => parseSettings(stageSettings, env);
const settingsOf = (env: Cli["env"]) => parseSettings(taskSettings, env);

/**
 * Reads the settings of a stage as a deployment does: from the environment, its file and `.env`.
 * @throws Error that names the setting to change
 */
export function plannedStage(cli: Cli, options: StageOptions): PlannedStage {
  const named = options.stage ?? currentProfile(cli.options.profile, cli.env)?.stage;
  const settings = deploymentSettings(named, cli.env, { catalog: cli.catalog, dotEnv: options.dotenv });
  return plan(cli, stageTarget(cli, { ...options, stage: settings.SLUICE_STAGE }), settings);
}

function plan(cli: Cli, target: StageTarget, given: Cli["env"]): PlannedStage {
  const env = withSizeDefaults(given);
  const stage = stageSettingsOf(env);
  const settings = settingsOf(env);
  const families = stageFamilies({ ...stage, ...settings });
  const { queues: allQueues } = cli.catalog;
  const queues = stageQueues(allQueues, { families, size: stage.SLUICE_SIZE });
  const givenForSize = smallStageSettings.filter((name) => given[name]);
  const ofSmall = Object.fromEntries(Object.entries(given).filter(([name]) => !smallStageSettings.includes(name)));
  const isSmall = stage.SLUICE_SIZE === "small";
  const small = isSmall ? undefined : plan(cli, target, { ...ofSmall, SLUICE_SIZE: "small" });
  return { target, stage, settings, families, queues, allQueues, small, givenForSize };
}
