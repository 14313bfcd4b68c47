import { metricSettings } from "../../contracts/metrics.ts";
import { parseSettings } from "../../contracts/settings.ts";
import { jobServices } from "../../shared/jobs/services.ts";
import { KeyStore } from "../../shared/keys/key-store.ts";
import { processModel } from "../../shared/llm/process-model.ts";
import { createLogger } from "../../shared/observability/logger.ts";
import { createMappings } from "../../shared/operations/mappings.ts";
import { projectServices } from "../../shared/projects/services.ts";
import { createApi } from "./api.ts";

/** The Lambda function of the HTTP API: everything that lives as long as the process is made here. */

const jobs = jobServices(process.env);

export const handler = createApi({
  jobs,
  keys: new KeyStore(jobs.store.document, jobs.store.table),
  mappings: createMappings(jobs),
  projects: projectServices(jobs),
  languageModel: processModel,
  metricsPrefix: parseSettings(metricSettings, process.env).METRICS_PREFIX,
  logger: createLogger("api"),
});
