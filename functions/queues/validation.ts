import { queueHandler } from "../queue-handler.ts";
import * as validateChapterLength from "../tasks/validate-chapter-length.ts";
import * as validateCompleteBiography from "../tasks/validate-complete-biography.ts";
import * as validateContentQuality from "../tasks/validate-content-quality.ts";
import * as validateSources from "../tasks/validate-sources.ts";

export const handler = queueHandler("validation", {
  validate_chapter_length: validateChapterLength,
  validate_sources: validateSources,
  validate_content_quality: validateContentQuality,
  validate_complete_biography: validateCompleteBiography,
});
