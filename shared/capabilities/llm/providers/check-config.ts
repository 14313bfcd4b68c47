import type { JobConfig } from "../../../../contracts/llm/configs.ts";
import type { StoredProvider } from "../../../../contracts/llm/providers.ts";
import type { LlmSettings } from "../../../../contracts/settings/llm.ts";

/** What is wrong with a config: a field of it, and why. */
export interface ConfigFault {
  readonly field: "provider" | "model" | "system" | "parameters" | "output_schema";
  readonly message: string;
}

/** Whether a config has the rule-based engine run the task, by its name or because the stage has nothing else. */
export const isEmbedded = (
  { provider }: Pick<JobConfig, "provider">,
  { LLM_BACKEND }: Pick<LlmSettings, "LLM_BACKEND">,
): boolean => provider === "embedded" || (provider === "default" && LLM_BACKEND === "embedded");

/** What the embedded engine cannot do. */
const forModels = ["model", "system", "parameters", "output_schema"] as const;

/** What a config asks of the embedded engine that only a language model can do. @returns undefined when there is nothing */
export function embeddedFault(config: JobConfig): ConfigFault | undefined {
  const field = forModels.find((each) => config[each] !== undefined);
  return field && { field, message: "cannot be given: the embedded engine is not a language model" };
}

/**
 * Whether a provider may be used by a config.
 * @param provider undefined when there is none of the config's name
 * @returns undefined when it may
 */
export function providerFault(
  { provider: name, model }: JobConfig,
  provider: StoredProvider | undefined,
  tenant: string,
): ConfigFault | undefined {
  // A project that may not use a provider need not learn that there is one.
  if (!provider || (provider.projects && !provider.projects.includes(tenant)))
    return { field: "provider", message: `There is no provider ${name} for this project.` };
  if (model === undefined || provider.models === undefined || provider.models.includes(model)) return undefined;
  return { field: "model", message: `The provider ${name} offers ${provider.models.join(", ")}.` };
}
