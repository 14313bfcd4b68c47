/**
 * The Lambda function of the HTTP API: everything that exists once per process is created here.
 *
 * @module
 */

import { metricSettings } from "../../contracts/monitoring/metrics.ts";
import { keyTableEnv } from "../../contracts/resources.ts";
import { apiSettings } from "../../contracts/settings/api.ts";
import { parseSettings } from "../../contracts/settings/parse-settings.ts";
import { webhookSettings } from "../../contracts/settings/webhooks.ts";
import { ConfigStore } from "../../shared/capabilities/llm/configs/config-store.ts";
import { processModel } from "../../shared/capabilities/llm/process-model.ts";
import { ProviderStore } from "../../shared/capabilities/llm/providers/provider-store.ts";
import { WebhookSecretStore } from "../../shared/capabilities/webhooks/secret-store.ts";
import { KeyStore } from "../../shared/engine/keys/key-store.ts";
import { embeddingLimiter } from "../../shared/engine/limits/embedding-limiter.ts";
import { llmLimiter } from "../../shared/engine/limits/llm-limiter.ts";
import { createMappings } from "../../shared/engine/operations/mappings.ts";
import { Table } from "../../shared/engine/table/table.ts";
import { createLogger } from "../../shared/lib/logger.ts";
import { processProjects, processServices } from "../services.ts";
import { createApi } from "./api.ts";
import { ProjectQuotas } from "./quotas.ts";

const jobs = processServices();
const { SLUICE_KEY_TABLE: keyTable } = parseSettings(keyTableEnv, process.env);

const bounds = parseSettings(apiSettings, process.env);

/** The Lambda handler of the HTTP API. */
export const handler = createApi({
  jobs,
  keys: new KeyStore({ keys: new Table(jobs.store.table.document, keyTable), jobs: jobs.store.table }),
  mappings: createMappings(jobs),
  projects: processProjects(),
  webhookSecrets: new WebhookSecretStore({ stage: jobs.resources.SLUICE_STAGE, now: jobs.now }),
  webhookSettings: parseSettings(webhookSettings, process.env),
  limiter: llmLimiter(jobs),
  embeddingLimiter: embeddingLimiter(jobs),
  quotas: new ProjectQuotas(jobs),
  languageModel: processModel,
  llmConfigs: new ConfigStore(jobs.store.table, jobs.now),
  llmProviders: new ProviderStore({ stage: jobs.resources.SLUICE_STAGE, now: jobs.now }),
  batchBounds: { jobs: bounds.BATCH_MAX_JOBS, uploadBytes: bounds.BATCH_MAX_UPLOAD_BYTES },
  waitsAtOnce: bounds.API_WAITS_AT_ONCE,
  metricsPrefix: parseSettings(metricSettings, process.env).METRICS_PREFIX,
  logger: createLogger("api"),
});
