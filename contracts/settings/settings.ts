/**
 * Every setting, by the name of its environment variable. `.env.sample` and docs/settings.md are generated from here.
 * A setting is given at deployment (or to `npm start`) and reaches the functions through the template.
 *
 * @module
 */

import { z } from "zod";
import { metricSettings } from "../monitoring/metrics.ts";
import { apiSettings } from "./api.ts";
import { embeddingLimitSettings, limitSettings } from "./limits.ts";
import { llmFallbackSettings, llmSettings } from "./llm.ts";
import { logSettings } from "./logs.ts";
import { ocrSettings } from "./ocr.ts";
import { quotaSettings } from "./quotas.ts";
import { taskSettings } from "./tasks.ts";
import { embeddingSettings, vectorSettings } from "./vectors.ts";
import { webhookSettings } from "./webhooks.ts";

/** All settings that functions read. */
export const settings = z.object({
  ...taskSettings.shape,
  ...llmSettings.shape,
  ...llmFallbackSettings.shape,
  ...limitSettings.shape,
  ...embeddingLimitSettings.shape,
  ...ocrSettings.shape,
  ...embeddingSettings.shape,
  ...vectorSettings.shape,
  ...webhookSettings.shape,
  ...apiSettings.shape,
  ...quotaSettings.shape,
  ...metricSettings.shape,
  ...logSettings.shape,
});

/** What {@link settings} parses to. */
export type Settings = z.infer<typeof settings>;
