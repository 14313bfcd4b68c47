/**
 * The settings that a stage was deployed with.
 *
 * @module
 */

import { z } from "zod";
import type { RouteDefinition } from "./define-route.ts";

/** A setting and its value in this stage. */
const settingSchema = z
  .strictObject({
    name: z.string(),
    group: z.string().describe("What it is about, as docs/settings.md groups them."),
    value: z
      .string()
      .nullable()
      .describe(
        "In force now; null: not set, and there is no default. Long values of settings that the API does not read itself are cut, which ends in `…`.",
      ),
    default: z.string().nullable().describe("Without it being set; null: no default."),
    description: z.string(),
  })
  .meta({ id: "Setting" });

/** Settings, read only: they change by a deployment. */
export const settingRoutes = {
  listSettings: {
    method: "GET",
    path: "/settings",
    scope: "admin",
    tag: "Monitoring",
    summary: "List the settings in force",
    description:
      "As the stage was deployed, or `npm start` was started. Secrets are not settings: a setting names where one is kept. Makes no AWS call.",
    response: { status: 200, schema: z.strictObject({ settings: z.array(settingSchema) }) },
  },
} as const satisfies Record<string, RouteDefinition>;
