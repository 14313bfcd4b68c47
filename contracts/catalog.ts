import type { z } from "zod";
import { defineCatalog } from "./define-catalog.ts";
import type { InputOf, OutputOf, RequestOf } from "./define-task.ts";
import { batchGenerateChapters } from "./tasks/batch-generate-chapters.ts";
import { batchGenerateEmbeddings } from "./tasks/batch-generate-embeddings.ts";
import { settleBatch, submitBatch } from "./tasks/batches.ts";
import { cleanupExpiredResults, cleanupOldDocuments } from "./tasks/cleanup.ts";
import { deleteProjectEmbedding } from "./tasks/delete-project-embedding.ts";
import { deliverWebhook } from "./tasks/deliver-webhook.ts";
import { escalate, reviewContent } from "./tasks/escalation.ts";
import { detectAiContent, evaluateContent, scoreAeo } from "./tasks/evaluation.ts";
import { exportAllFormats, exportToMarkdown, exportToPdf, exportToWord } from "./tasks/export.ts";
import { classify, extract } from "./tasks/extraction.ts";
import { generateChapter } from "./tasks/generate-chapter.ts";
import { generateConclusion, generateIntroduction } from "./tasks/generate-frame.ts";
import { generateProjectEmbedding } from "./tasks/generate-project-embedding.ts";
import { healthCheck } from "./tasks/health-check.ts";
import { indexDocument } from "./tasks/index-document.ts";
import { keywords } from "./tasks/keywords.ts";
import { llmCall } from "./tasks/llm-call.ts";
import { getQueueStats, getWorkerStats, processDeadLetterQueue } from "./tasks/monitoring.ts";
import { normalize } from "./tasks/normalize.ts";
import { processDocument } from "./tasks/process-document.ts";
import { regenerateChapter } from "./tasks/regenerate-chapter.ts";
import { regenerateProjectEmbedding } from "./tasks/regenerate-project-embedding.ts";
import { reindexEmbeddings } from "./tasks/reindex-embeddings.ts";
import { rewriteContent } from "./tasks/rewrite-content.ts";
import { summarize } from "./tasks/summarize.ts";
import {
  validateChapterLength,
  validateCompleteBiography,
  validateContentQuality,
  validateSources,
} from "./tasks/validation.ts";

/** Every task there is. Adding one here is what makes it exist; see "add a task" in CONTRIBUTING.md. */
export const catalog = defineCatalog({
  summarize,
  keywords,
  normalize,
  llm_call: llmCall,
  process_document: processDocument,
  index_document: indexDocument,
  generate_project_embedding: generateProjectEmbedding,
  regenerate_project_embedding: regenerateProjectEmbedding,
  batch_generate_embeddings: batchGenerateEmbeddings,
  delete_project_embedding: deleteProjectEmbedding,
  reindex_embeddings: reindexEmbeddings,
  validate_chapter_length: validateChapterLength,
  validate_sources: validateSources,
  validate_content_quality: validateContentQuality,
  validate_complete_biography: validateCompleteBiography,
  export_to_markdown: exportToMarkdown,
  export_to_word: exportToWord,
  export_to_pdf: exportToPdf,
  export_all_formats: exportAllFormats,
  generate_chapter: generateChapter,
  generate_introduction: generateIntroduction,
  generate_conclusion: generateConclusion,
  regenerate_chapter: regenerateChapter,
  batch_generate_chapters: batchGenerateChapters,
  rewrite_content: rewriteContent,
  detect_ai_content: detectAiContent,
  score_aeo: scoreAeo,
  evaluate_content: evaluateContent,
  extract,
  classify,
  escalate,
  review_content: reviewContent,
  deliver_webhook: deliverWebhook,
  submit_batch: submitBatch,
  settle_batch: settleBatch,
  health_check: healthCheck,
  cleanup_old_documents: cleanupOldDocuments,
  cleanup_expired_results: cleanupExpiredResults,
  get_queue_stats: getQueueStats,
  get_worker_stats: getWorkerStats,
  process_dead_letter_queue: processDeadLetterQueue,
});

type Tasks = typeof catalog.tasks;
/** The name of a task in the catalog, in snake_case. */
export type TaskName = keyof Tasks;
/** The name of a queue that at least one task of the catalog uses. */
export type QueueName = Tasks[TaskName]["queue"];
/** The definition of a task. */
export type TaskOf<Name extends TaskName> = Tasks[Name];
/** The tasks that run on a queue. */
export type TasksOf<Queue extends QueueName> = {
  [Name in TaskName]: Tasks[Name]["queue"] extends Queue ? Name : never;
}[TaskName];
/** A task's input as its handler sees it, defaults filled in. */
export type TaskInput<Name extends TaskName> = InputOf<Tasks[Name]>;
/** A task's input as a caller may send it. */
export type TaskRequest<Name extends TaskName> = RequestOf<Tasks[Name]>;
/** What the code of a task may submit: names of tasks with their inputs. */
export type TaskTargets<Name extends TaskName> = {
  [Target in NonNullable<Tasks[Name]["submits"]>[number] & TaskName]: TaskRequest<Target>;
};
/** The parsed settings of a task's own. */
export type TaskOwnSettings<Name extends TaskName> = z.output<NonNullable<Tasks[Name]["settings"]>>;
/** The names of a task's own secrets. */
export type TaskSecret<Name extends TaskName> = NonNullable<Tasks[Name]["secrets"]>[number];
/** The result of a task, as callers receive it. */
export type TaskOutput<Name extends TaskName> = OutputOf<Tasks[Name]>;
