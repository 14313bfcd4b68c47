/**
 * Every setting by subject, as docs/settings.md, `.env.sample` and `GET /settings` show them. Not among them: those that tasks
 * declare for themselves, and those of the embedded stack.
 *
 * @module
 */

import type { z } from "zod";
import { metricSettings } from "../monitoring/metrics.ts";
import { apiSettings } from "./api.ts";
import { jobLimitSettings } from "./job-limits.ts";
import { embeddingLimitSettings, limitSettings } from "./limits.ts";
import { llmFallbackSettings, llmSettings } from "./llm.ts";
import { logSettings } from "./logs.ts";
import { ocrSettings } from "./ocr.ts";
import { quotaSettings } from "./quotas.ts";
import { stageSettings } from "./stage.ts";
import { runSettings } from "./tasks.ts";
import { embeddingSettings, vectorSettings } from "./vectors.ts";
import { webhookSettings } from "./webhooks.ts";

/** Settings of one subject. */
export interface SettingGroup {
  readonly title: string;
  /** A sentence about them, in Markdown; its links are relative to docs/. */
  readonly about: string;
  readonly schema: z.ZodObject;
}

/** The subjects in the order of the documentation. */
export const settingGroups: readonly SettingGroup[] = [
  { title: "Tasks", about: "Retries, limits and concurrency of every task.", schema: runSettings },
  {
    title: "Jobs of a project",
    about:
      "What one project may have in each lane and over all of them; see [limits](limits.md#jobs-of-one-project). Without any, nothing is counted.",
    schema: jobLimitSettings,
  },
  {
    title: "Quotas of a project",
    about:
      "What one project may ask of the API; see [limits](limits.md#requests-documents-and-bytes-of-one-project). Nothing is counted of what is not set.",
    schema: quotaSettings,
  },
  { title: "Language model", about: "Where language tasks run, and how text is generated.", schema: llmSettings },
  {
    title: "Second language model",
    about: "What takes over from the first; see [limits](limits.md#a-second-model).",
    schema: llmFallbackSettings,
  },
  {
    title: "Limits of the language model",
    about: "What projects may ask of it; see [limits](limits.md). Without any, nothing is counted.",
    schema: limitSettings,
  },
  { title: "Recognition of scans", about: "How pictures of pages become text.", schema: ocrSettings },
  { title: "Embeddings", about: "How text becomes vectors.", schema: embeddingSettings },
  {
    title: "Limits of embeddings",
    about:
      "What projects' jobs may ask of the embedding server; see [limits](limits.md#embeddings). Without any, nothing is counted.",
    schema: embeddingLimitSettings,
  },
  { title: "Vector store", about: "Where vectors are kept and searched.", schema: vectorSettings },
  { title: "Webhooks", about: "Where callbacks may go.", schema: webhookSettings },
  { title: "API", about: "What the HTTP API answers.", schema: apiSettings },
  { title: "Metrics", about: "What `GET /metrics` answers.", schema: metricSettings },
  { title: "Logs", about: "What the functions log.", schema: logSettings },
  { title: "Deployment", about: "Read when the stacks are synthesized.", schema: stageSettings },
];
