import type { TaskDefinition } from "../../../contracts/define-task.ts";
import { otherSettingsEnv } from "../../../contracts/resources.ts";
import type { settingRoutes } from "../../../contracts/routes/settings.ts";
import { settingGroups } from "../../../contracts/settings/groups.ts";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import type { Handlers } from "../route-handler.ts";

const text = (value: unknown): string | null => {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return null;
  return Array.isArray(value) ? value.join(",") : String(value);
};

/** The settings in force: those of this function's environment, and what else the deployment was given. */
export const settingHandlers: Handlers<keyof typeof settingRoutes> = {
  listSettings(_, { jobs }) {
    const given: Readonly<Record<string, string | undefined>> = {
      ...process.env,
      ...parseSettings(otherSettingsEnv, process.env).SLUICE_OTHER_SETTINGS,
    };
    const ofTasks = Object.values<TaskDefinition>(jobs.catalog.tasks).flatMap(({ name, settings }) =>
      settings ? [{ title: `Task ${name}`, schema: settings }] : [],
    );
    const settings = [...settingGroups, ...ofTasks].flatMap(({ title, schema }) =>
      Object.entries(schema.shape).map(([name, field]) => {
        const unset = text(field.safeParse(undefined).data);
        return {
          name,
          group: title,
          value: given[name] || unset,
          default: unset,
          description: field.description ?? "",
        };
      }),
    );
    return { body: { settings } };
  },
};
