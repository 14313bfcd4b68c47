/**
 * Files that a task puts beside its result.
 *
 * @module
 */

import { z } from "zod";
import { API_PREFIX } from "../routes/define-route.ts";

/** Files of one job: its head item names them, and is to stay small. */
export const MAX_FILES = 20;
/** What a function of little memory can hold twice. */
export const MAX_FILE_BYTES = 64 * 1_024 * 1_024;
/** Seconds that a link to a file is good for. */
export const FILE_LINK_SECONDS = 900;
/** What a file may be called. */
export const fileNamePattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/;

/** The path that gives a link to a file of a job. */
export const fileLink = (taskId: string, name: string): string => `${API_PREFIX}/jobs/${taskId}/files/${name}`;

/** A file of a job. */
export const jobFileSchema = z
  .strictObject({
    name: z.string(),
    bytes: z.int().min(0),
    content_type: z.string(),
    link: z.string().describe("Path that gives a link to its content."),
  })
  .meta({ id: "JobFile" });

/** The answer of `GET /jobs/{id}/files/{name}`. */
export const fileLinkSchema = z.strictObject({
  name: z.string(),
  bytes: z.int().min(0),
  content_type: z.string(),
  url: z.url().describe("Of the content: presigned, needs no key, and is good until expires_at."),
  expires_at: z.iso.datetime(),
});
