import { queueHandler } from "../queue-handler.ts";
import * as batchGenerateChapters from "../tasks/batch-generate-chapters.ts";
import * as generateChapter from "../tasks/generate-chapter.ts";
import * as generateConclusion from "../tasks/generate-conclusion.ts";
import * as generateIntroduction from "../tasks/generate-introduction.ts";
import * as regenerateChapter from "../tasks/regenerate-chapter.ts";

export const handler = queueHandler("content-generation", {
  generate_chapter: generateChapter,
  generate_introduction: generateIntroduction,
  generate_conclusion: generateConclusion,
  regenerate_chapter: regenerateChapter,
  batch_generate_chapters: batchGenerateChapters,
});
