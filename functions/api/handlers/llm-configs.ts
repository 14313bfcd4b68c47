import { randomUUID } from "node:crypto";
import type { ConfigSummary, ConfigVersion } from "../../../contracts/llm/configs.ts";
import { builtInProviders, type Provider } from "../../../contracts/llm/providers.ts";
import type { llmConfigRoutes } from "../../../contracts/routes/llm-configs.ts";
import type { ConfigHead, StoredVersion } from "../../../shared/capabilities/llm/configs/config-store.ts";
import type { NamedProvider } from "../../../shared/capabilities/llm/providers/provider-store.ts";
import { conflict, notFound } from "../../../shared/lib/http/problem.ts";
import { iso } from "../../../shared/lib/time.ts";
import { isAdmin, projectFor } from "../caller.ts";
import { checkConfig } from "../config-of-submit.ts";
import type { Handlers } from "../route-handler.ts";

const presentVersion = ({ id, version, config, created_at }: StoredVersion, tenant: string): ConfigVersion => ({
  id,
  version,
  project_id: tenant,
  provider: config.provider,
  model: config.model ?? null,
  system: config.system ?? null,
  parameters: config.parameters ?? null,
  output_schema: config.output_schema ?? null,
  created_at: iso(created_at),
});

const presentHead = ({ id, latest, created_at, updated_at }: ConfigHead, tenant: string): ConfigSummary => ({
  id,
  latest_version: latest,
  project_id: tenant,
  created_at: iso(created_at),
  updated_at: iso(updated_at),
});

/** @param whole with what is for admins alone */
const presentProvider = (provider: NamedProvider, whole: boolean): Provider => ({
  name: provider.name,
  type: provider.type,
  base_url: (whole && provider.base_url) || null,
  region: (whole && provider.region) || null,
  models: provider.models ?? null,
  projects: (whole && provider.projects) || null,
  has_key: provider.api_key !== undefined,
  updated_at: provider.updated_at === undefined ? null : iso(provider.updated_at),
});

const noSuchConfig = (id: string) => notFound(`There is no config ${id}.`);

/** Stored configs and providers. */
export const llmConfigHandlers: Handlers<keyof typeof llmConfigRoutes> = {
  async createLlmConfig({ query, body, caller }, services) {
    const tenant = projectFor(caller, query.project_id);
    const { id = randomUUID(), ...config } = body;
    await checkConfig(config, { tenant, at: "" }, services);
    const created = await services.llmConfigs.create(tenant, id, config);
    if (!created) throw conflict(`The config ${id} already exists. Add a version to it instead.`);
    return { body: presentVersion(created, tenant) };
  },

  async listLlmConfigs({ query, caller }, { llmConfigs }) {
    const tenant = projectFor(caller, query.project_id);
    const { configs, nextCursor } = await llmConfigs.list(tenant, query.limit, query.cursor);
    return { body: { configs: configs.map((each) => presentHead(each, tenant)), next_cursor: nextCursor } };
  },

  async getLlmConfig({ params, query, caller }, { llmConfigs }) {
    const tenant = projectFor(caller, query.project_id);
    const found = await llmConfigs.find(tenant, params.config_id);
    if (!found) throw noSuchConfig(params.config_id);
    return { body: presentVersion(found, tenant) };
  },

  async addLlmConfigVersion({ params, query, body, caller }, services) {
    const tenant = projectFor(caller, query.project_id);
    await checkConfig(body, { tenant, at: "" }, services);
    const added = await services.llmConfigs.addVersion(tenant, params.config_id, body);
    if (!added) throw noSuchConfig(params.config_id);
    return { body: presentVersion(added, tenant) };
  },

  async listLlmConfigVersions({ params, query, caller }, { llmConfigs }) {
    const tenant = projectFor(caller, query.project_id);
    const versions = await llmConfigs.versions(tenant, params.config_id);
    if (!versions) throw noSuchConfig(params.config_id);
    return { body: { versions: versions.map((each) => presentVersion(each, tenant)) } };
  },

  async getLlmConfigVersion({ params, query, caller }, { llmConfigs }) {
    const tenant = projectFor(caller, query.project_id);
    const found = await llmConfigs.find(tenant, params.config_id, params.version);
    if (!found) throw notFound(`There is no version ${params.version} of a config ${params.config_id}.`);
    return { body: presentVersion(found, tenant) };
  },

  async deleteLlmConfig({ params, query, caller }, { llmConfigs }) {
    const tenant = projectFor(caller, query.project_id);
    if (!(await llmConfigs.delete(tenant, params.config_id))) throw noSuchConfig(params.config_id);
    return { body: { id: params.config_id, status: "deleted" } };
  },

  async listLlmProviders({ caller }, { llmProviders }) {
    const whole = isAdmin(caller);
    const all = await llmProviders.list();
    const seen = whole ? all : all.filter(({ projects }) => projects?.includes(caller.tenant) ?? true);
    return { body: { providers: seen.map((each) => presentProvider(each, whole)) } };
  },

  async putLlmProvider({ params, body }, { llmProviders }) {
    if (builtInProviders.some((name) => name === params.provider)) {
      throw conflict(`The name ${params.provider} is reserved. Choose another name.`);
    }
    return { body: presentProvider(await llmProviders.put(params.provider, body), true) };
  },

  async deleteLlmProvider({ params }, { llmProviders }) {
    if (!(await llmProviders.delete(params.provider))) throw notFound(`There is no provider ${params.provider}.`);
    return { body: { name: params.provider, status: "deleted" } };
  },
};
