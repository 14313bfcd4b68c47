/**
 * Configs of model calls: which provider and model, with which instructions and parameters. Stored under an id, in versions
 * that never change, or given with a call.
 *
 * @module
 */

import { z } from "zod";
import { providerNameSchema } from "./providers.ts";

/** Longest instructions of a config, in characters. */
const MAX_SYSTEM = 20_000;

/** How the model is asked; what is left out follows the stage's settings. */
export const parametersSchema = z.strictObject({
  temperature: z.number().min(0).max(2).optional().describe("Instead of TEMPERATURE."),
  top_p: z.number().min(0).max(1).optional().describe("Instead of TOP_P."),
  max_tokens: z
    .int()
    .min(1)
    .max(200_000)
    .optional()
    .describe("Maximum number of tokens of the answer, in place of MAX_TOKENS."),
  timeout_seconds: z.number().positive().max(240).optional().describe("Instead of LLM_TIMEOUT_SECONDS."),
});

const contentFields = {
  provider: providerNameSchema.describe("A provider that an admin has defined, or `default` or `embedded`."),
  model: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe("The provider's name of it. Only `default` has one of its own."),
  system: z.string().max(MAX_SYSTEM).optional().describe("Instructions to the model, before those of a task."),
  parameters: parametersSchema.optional(),
  output_schema: z
    .record(z.string(), z.json())
    .optional()
    .describe(
      "A JSON Schema of an object: the response of an `llm_call` is then such an object. Other tasks refuse it.",
    ),
};

/** What the embedded engine, which is not a language model, cannot take. */
const forModels = ["model", "system", "parameters", "output_schema"] as const;

/** What is wrong with fields of a config that are right one by one: the field, and why. */
function faultsBetween(config: Partial<Record<"provider" | (typeof forModels)[number], unknown>>): [string, string][] {
  if (config.provider === "embedded") {
    const given = forModels.filter((name) => config[name] !== undefined);
    return given.map((name) => [name, "cannot be given: the embedded engine is not a language model"]);
  }
  const isMissing = config.provider !== undefined && config.model === undefined && config.provider !== "default";
  return isMissing ? [["model", "is needed with this provider"]] : [];
}

/** What a config holds. */
export const llmConfigSchema = z.strictObject(contentFields).superRefine((config, context) => {
  for (const [name, message] of faultsBetween(config)) context.addIssue({ code: "custom", path: [name], message });
});

/** The id of a stored config. */
export const configIdSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/,
    "must be 1 to 64 letters, digits or . _ - and start with a letter or digit",
  );

const versionSchema = z.int().min(1).max(999_999);

/**
 * The config of a call: stored, by `id` and `version`, or inline, by what it holds. One object, so that a fault is reported by
 * the field that has it.
 */
export const configOfCallSchema = z
  .strictObject({
    id: configIdSchema.optional().describe("Of a stored config of the project."),
    version: versionSchema.optional().describe("The latest when left out."),
    ...contentFields,
    provider: contentFields.provider.optional(),
  })
  .superRefine((config, context) => {
    const { id, version, ...inline } = config;
    const given = Object.entries(inline).filter(([, value]) => value !== undefined);
    const fault = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (id !== undefined)
      for (const [name] of given) fault(name, "cannot be given with an id: a version does not change");
    else if (version !== undefined) fault("version", "needs the id of a stored config");
    else if (config.provider === undefined) fault("provider", "is needed, or the id of a stored config");
    for (const [name, message] of id === undefined ? faultsBetween(inline) : []) fault(name, message);
  });

/** A config as a job carries it: what it held when the job was submitted, and which version that was. */
export const jobConfigSchema = z.object({
  ...contentFields,
  id: configIdSchema.optional(),
  version: versionSchema.optional(),
});

const time = z.iso.datetime();

/** One version of a stored config. */
export const configVersionSchema = z.strictObject({
  id: z.string(),
  version: z.int(),
  project_id: z.string(),
  provider: z.string(),
  model: z.string().nullable(),
  system: z.string().nullable(),
  parameters: parametersSchema.nullable(),
  output_schema: z.record(z.string(), z.json()).nullable(),
  created_at: time,
});

/** A stored config in a list. */
export const configSummarySchema = z.strictObject({
  id: z.string(),
  latest_version: z.int(),
  project_id: z.string(),
  created_at: time,
  updated_at: time.describe("When the latest version was made."),
});

/** What {@link llmConfigSchema} parses to. */
export type LlmConfig = z.infer<typeof llmConfigSchema>;
/** What {@link configOfCallSchema} parses to. */
export type ConfigOfCall = z.infer<typeof configOfCallSchema>;
/** What {@link jobConfigSchema} parses to. */
export type JobConfig = z.infer<typeof jobConfigSchema>;
/** What {@link configVersionSchema} parses to. */
export type ConfigVersion = z.infer<typeof configVersionSchema>;
/** What {@link configSummarySchema} parses to. */
export type ConfigSummary = z.infer<typeof configSummarySchema>;
