import { z } from "zod";
import { defineTask, NEW_ACCOUNT_MEMORY } from "../define-task.ts";
import { documentWarningSchema } from "../documents/warnings.ts";

/** The task `process_document`: extracts the text of an uploaded document, by OCR where it has none. */
export const processDocument = defineTask({
  name: "process_document",
  description: "Extracts the text of an uploaded document, by OCR where it has none that makes sense.",
  queue: "document",
  replacedFields: {
    file_path:
      "unknown field: upload the file by POST /documents/upload, which makes this job, or send the document_id of one that is there",
  },
  input: z.strictObject({
    document_id: z.uuid().describe("Of a document of the same project, whose file has arrived."),
  }),
  output: z.strictObject({
    document_id: z.uuid(),
    status: z.literal("completed"),
    characters: z.int().describe("Length of the text in UTF-16 code units."),
    pages: z.int().nullable().describe("Null for formats without pages of their own."),
    ocr: z.boolean().describe("Whether any of the text was recognized off a picture."),
    confidence: z.number().nullable().describe("How sure the text is, 0 to 1; null when there is none."),
    warnings: z.array(documentWarningSchema).describe("What to know of the text, with what to do."),
    duration_ms: z.int(),
  }),
  retry: "idempotent",
  timeLimit: { soft: 840, hard: 900 },
  memory: NEW_ACCOUNT_MEMORY,
  uses: ["documents"],
  maySubmit: ["index_document"],
  mayFollow: ["extract", "classify", "summarize", "keywords"],
});
