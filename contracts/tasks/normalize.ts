import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { assumedTimeZone, languageSchema, llmTimeLimit, textSchema } from "./language.ts";

/** The task `normalize`: turns a free-text request into JSON that validates against a JSON Schema. */
export const normalize = defineTask({
  name: "normalize",
  description: "Turns a free-text request into JSON that validates against a JSON Schema.",
  queue: "normalize",
  input: z.strictObject({
    request: textSchema.describe("The text that holds the facts."),
    schema: z
      .record(z.string(), z.json())
      .describe("A JSON Schema (2020-12 or draft-07) of an object, without remote references; `type` may be left out."),
    language: languageSchema,
  }),
  output: z.strictObject({
    normalized: z.record(z.string(), z.json()),
    confidence: z.number().min(0).max(1).describe("Share of the values that the request gives evidence for."),
    assumed_time_zone: assumedTimeZone,
  }),
  retry: "standard",
  timeLimit: llmTimeLimit,
  memory: 1_024,
  uses: ["llm"],
  aliases: ["normalize_json"],
  functionPaths: ["app.tasks.normalize_json"],
});
