import { queueHandler } from "../queue-handler.ts";
import * as validateChapterLength from "../tasks/validate-chapter-length.ts";

export const handler = queueHandler("validation", { validate_chapter_length: validateChapterLength });
