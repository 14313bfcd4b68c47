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
      "How many jobs a tenant can have in each lane and over all lanes; see [limits](limits.md#jobs-of-one-project). When none is set, nothing is counted.",
    schema: jobLimitSettings,
  },
  {
    title: "Quotas of a project",
    about:
      "How much a tenant can request from the API; see [limits](limits.md#requests-documents-and-bytes-of-one-project). Nothing is counted without a quota.",
    schema: quotaSettings,
  },
  {
    title: "Language model",
    about: "Which model runs language tasks, and how it generates text.",
    schema: llmSettings,
  },
  {
    title: "Second language model",
    about: "A model that is used when the first one cannot be; see [limits](limits.md#a-second-model).",
    schema: llmFallbackSettings,
  },
  {
    title: "Limits of the language model",
    about: "How much the language model can be used; see [limits](limits.md). When none is set, nothing is counted.",
    schema: limitSettings,
  },
  { title: "Recognition of scans", about: "How text is recognized in pictures of pages (OCR).", schema: ocrSettings },
  { title: "Embeddings", about: "How text is turned into vectors.", schema: embeddingSettings },
  {
    title: "Limits of embeddings",
    about:
      "How much jobs can use the embedding server; see [limits](limits.md#embeddings). When none is set, nothing is counted.",
    schema: embeddingLimitSettings,
  },
  { title: "Vector store", about: "Where vectors are stored and searched.", schema: vectorSettings },
  { title: "Webhooks", about: "Which addresses callbacks can have.", schema: webhookSettings },
  { title: "API", about: "Limits of the HTTP API.", schema: apiSettings },
  { title: "Metrics", about: "The answer of `GET /metrics`.", schema: metricSettings },
  { title: "Logs", about: "The logs of the functions.", schema: logSettings },
  { title: "Deployment", about: "Read when the stacks are synthesized.", schema: stageSettings },
];
