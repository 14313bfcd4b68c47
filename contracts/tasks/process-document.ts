import { z } from "zod";
import { defineTask } from "../define-task.ts";

export const processDocument = defineTask({
  name: "process_document",
  description: "Extracts the text of an uploaded document, by OCR where it has none.",
  queue: "document",
  input: z.strictObject({ document_id: z.uuid() }),
  output: z.strictObject({
    document_id: z.uuid(),
    status: z.literal("completed"),
    characters: z.int(),
    pages: z.int().nullable(),
    ocr: z.boolean(),
    duration_ms: z.int(),
  }),
  retry: "idempotent",
  timeLimit: { soft: 840, hard: 900 },
  memory: 3_072,
  uses: ["documents"],
  submits: ["index_document"],
});
