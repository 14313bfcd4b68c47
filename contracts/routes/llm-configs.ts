import { z } from "zod";
import { configIdSchema, configSummarySchema, configVersionSchema, llmConfigSchema } from "../llm/configs.ts";
import { providerBodySchema, providerNameSchema, providerSchema } from "../llm/providers.ts";
import type { RouteDefinition } from "./define-route.ts";
import { pageQuery, projectQuery } from "./shared-fields.ts";

const tag = "Language models";
const configParams = z.object({ config_id: configIdSchema });
const versionParams = configParams.extend({ version: z.coerce.number().int().min(1).max(999_999) });
const providerParams = z.object({ provider: providerNameSchema });

/** The body of `POST /llm/configs`. */
const createConfigSchema = llmConfigSchema.safeExtend({
  id: configIdSchema.optional().describe("Generated when omitted."),
});

/** Stored configs, and the providers that they name. */
export const llmConfigRoutes = {
  createLlmConfig: {
    method: "POST",
    path: "/llm/configs",
    scope: "submit",
    tag,
    summary: "Store a config of model calls",
    description:
      "Its first version. 409 when there is one of that id. A deleted one is made again, and its version numbers continue.",
    query: projectQuery,
    body: createConfigSchema,
    response: { status: 201, schema: configVersionSchema },
    problems: [409, 413, 415],
  },
  listLlmConfigs: {
    method: "GET",
    path: "/llm/configs",
    scope: "read",
    tag,
    summary: "List a project's configs by id",
    description: "Without what they hold: a version has that.",
    query: projectQuery.extend(pageQuery.shape),
    response: {
      status: 200,
      schema: z.strictObject({ configs: z.array(configSummarySchema), next_cursor: z.string().nullable() }),
    },
  },
  getLlmConfig: {
    method: "GET",
    path: "/llm/configs/{config_id}",
    params: configParams,
    scope: "read",
    tag,
    summary: "Get the latest version of a config",
    description: "What a job gets that names the config without a version.",
    query: projectQuery,
    response: { status: 200, schema: configVersionSchema },
    problems: [404],
  },
  addLlmConfigVersion: {
    method: "POST",
    path: "/llm/configs/{config_id}/versions",
    params: configParams,
    scope: "submit",
    tag,
    summary: "Add a version to a config",
    description: "Versions are immutable, so the config of a job can be looked up later.",
    query: projectQuery,
    body: llmConfigSchema,
    response: { status: 201, schema: configVersionSchema },
    problems: [404, 413, 415],
  },
  listLlmConfigVersions: {
    method: "GET",
    path: "/llm/configs/{config_id}/versions",
    params: configParams,
    scope: "read",
    tag,
    summary: "List the versions of a config, newest first",
    description: "With what each of them holds.",
    query: projectQuery,
    response: { status: 200, schema: z.strictObject({ versions: z.array(configVersionSchema) }) },
    problems: [404],
  },
  getLlmConfigVersion: {
    method: "GET",
    path: "/llm/configs/{config_id}/versions/{version}",
    params: versionParams,
    scope: "read",
    tag,
    summary: "Get one version of a config",
    description: "A version never changes.",
    query: projectQuery,
    response: { status: 200, schema: configVersionSchema },
    problems: [404],
  },
  deleteLlmConfig: {
    method: "DELETE",
    path: "/llm/configs/{config_id}",
    params: configParams,
    scope: "submit",
    tag,
    summary: "Delete a config with its versions",
    description: "Jobs that were submitted with the config are not affected: each carries its own copy.",
    query: projectQuery,
    response: { status: 200, schema: z.strictObject({ id: z.string(), status: z.literal("deleted") }) },
    problems: [404],
  },
  listLlmProviders: {
    method: "GET",
    path: "/llm/providers",
    scope: "read",
    tag,
    summary: "List the providers that a project's configs may name",
    description: "Only admin keys see addresses and all providers. The keys of providers are never shown.",
    response: { status: 200, schema: z.strictObject({ providers: z.array(providerSchema) }) },
  },
  putLlmProvider: {
    method: "PUT",
    path: "/llm/providers/{provider}",
    params: providerParams,
    scope: "admin",
    tag,
    summary: "Define a provider of language models",
    description:
      "Replaces the one of that name, its key too. Kept as one encrypted parameter of SSM below the stage's prefix. Functions that have read it continue with what they have for up to a minute.",
    body: providerBodySchema,
    response: { status: 200, schema: providerSchema },
    problems: [409, 413, 415],
  },
  deleteLlmProvider: {
    method: "DELETE",
    path: "/llm/providers/{provider}",
    params: providerParams,
    scope: "admin",
    tag,
    summary: "Delete a provider with its key",
    description: "Jobs whose config names it fail with InvalidInputError from then on.",
    response: { status: 200, schema: z.strictObject({ name: z.string(), status: z.literal("deleted") }) },
    problems: [404],
  },
} as const satisfies Record<string, RouteDefinition>;
