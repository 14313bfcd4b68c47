import { z } from "zod";
import { PROJECT_PATTERN } from "./scopes.ts";

/** The name of a project, wherever a caller may give one: it becomes part of the keys of the table and of the bucket. */
export const projectIdSchema = z
  .string()
  .regex(PROJECT_PATTERN, "must be 1 to 64 letters, digits or . _ - and start with a letter or digit");
