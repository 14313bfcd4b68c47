import { z } from "zod";
import { PROJECT_PATTERN } from "./scopes.ts";

/** The name of a project, wherever a caller may give one: it becomes part of the keys of the table and of the bucket. */
export const projectIdSchema = z
  .string()
  .regex(PROJECT_PATTERN, "must be 1 to 64 letters, digits or . _ - and start with a letter or digit");

/** A project in a body: as a string, or as the number that other systems know it by. */
export const projectInBodySchema = z
  .union([z.string(), z.int().min(0)], { error: "must be a string or a whole number" })
  .transform(String)
  .pipe(projectIdSchema);
