/**
 * Named providers of language models: an admin defines them, with address and key; a config names one and can give neither.
 *
 * @module
 */

import { z } from "zod";
import { projectIdSchema } from "../keys/project-id.ts";
import { serverUrl } from "../settings/server-url.ts";

/** What a provider speaks. */
export const llmProviderTypes = [
  "openai",
  "anthropic",
  "google",
  "bedrock",
  "openai-compatible",
  "llamacpp",
  "vllm",
] as const;

/** The type of a provider that an admin defines. */
export type LlmProviderType = (typeof llmProviderTypes)[number];

/** Providers that every stage has: `default` is what the LLM_* settings name, `embedded` the rule-based engine. */
export const builtInProviders = ["default", "embedded"] as const;

/** The name of a provider: it is part of a parameter's name in SSM. */
export const providerNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, "must be 1 to 63 lower-case letters, digits or hyphens and start with a letter");

/** Types that have an address of their own. */
const withoutUrl: ReadonlySet<LlmProviderType> = new Set(["openai", "anthropic", "google", "bedrock"]);

/** Whether a provider of a type needs no `base_url`. */
export const hasOwnAddress = (type: LlmProviderType): boolean => withoutUrl.has(type);

/** SSM keeps 4 KB in a standard parameter. */
const MAX_LISTED = 20;

const providerFields = {
  type: z.enum(llmProviderTypes),
  base_url: serverUrl("api_key")
    .optional()
    .describe("Where it serves, its version included. Left out, the provider's own address."),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/)
    .optional()
    .describe("Of Bedrock, when it is not the stage's own."),
  models: z
    .array(z.string().min(1).max(128))
    .min(1)
    .max(MAX_LISTED)
    .optional()
    .describe("Which models a config may name; any when left out."),
  projects: z
    .array(projectIdSchema)
    .min(1)
    .max(MAX_LISTED)
    .optional()
    .describe("Which projects may use it; all when left out."),
};

const needsUrl = ({ type, base_url }: { type: LlmProviderType; base_url?: string | undefined }): boolean =>
  base_url !== undefined || hasOwnAddress(type);
const urlMissing = { path: ["base_url"], error: "is needed for a server of this type" };

/** The body of `PUT /llm/providers/{name}`. */
export const providerBodySchema = z
  .strictObject({
    ...providerFields,
    api_key: z
      .string()
      .min(1)
      .max(2_048)
      .optional()
      .describe("Kept encrypted in SSM with the rest, and never shown. Left out, the provider has none."),
  })
  .refine(needsUrl, urlMissing);

/** A provider as SSM keeps it: one SecureString, so that a key and where it goes to are changed together or not at all. */
export const storedProviderSchema = z.object({
  ...providerFields,
  api_key: z.string().optional(),
  updated_at: z.number().optional().describe("Milliseconds since the epoch."),
});

/** A provider as the API shows it to an admin: without its key. */
export const providerSchema = z.strictObject({
  name: z.string(),
  type: z.enum(llmProviderTypes),
  base_url: z.string().nullable(),
  region: z.string().nullable(),
  models: z.array(z.string()).nullable(),
  projects: z.array(z.string()).nullable(),
  has_key: z.boolean(),
  updated_at: z.iso.datetime().nullable(),
});

/** What {@link storedProviderSchema} parses to. */
export type StoredProvider = z.infer<typeof storedProviderSchema>;
/** What {@link providerSchema} parses to. */
export type Provider = z.infer<typeof providerSchema>;
