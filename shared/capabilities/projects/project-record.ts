/**
 * The record of a project: item `PROJECT#<tenant>#<id>` of the table, the one truth about what is to be embedded. Times
 * are milliseconds since the epoch.
 *
 * @module
 */

import { z } from "zod";
import { jobErrorSchema } from "../../../contracts/jobs/wire.ts";
import { projectMetadataSchema, projectStates } from "../../../contracts/projects/projects.ts";
import { sha256 } from "../../engine/table/addresses.ts";
import { parseItem } from "../../engine/table/table.ts";

const shared = {
  pk: z.string(),
  /** Another one with every change of name, description or metadata: who embedded one knows whether it still holds. */
  revision: z.string(),
  /** Time and id of the change. A job that was submitted before it changes nothing any more. */
  changed_by: z.string(),
  /** The job that brings the vector up to this revision. */
  task_id: z.string(),
};

const liveSchema = z.object({
  ...shared,
  status: z.enum(projectStates),
  name: z.string().optional(),
  description: z.string(),
  metadata: projectMetadataSchema,
  error: jobErrorSchema.optional(),
  created_at: z.number(),
  updated_at: z.number(),
  embedded_at: z.number().optional(),
  /** Of the text whose vector is stored; gone when it must be embedded again. */
  embedded_text: z.string().optional(),
  /** SHA-256 of what was asked for, when an Idempotency-Key came with it. */
  request_hash: z.string().optional(),
});

/** What is left of a deleted project for a while, so that an older job does not bring it back. */
const deletedSchema = z.object({
  ...shared,
  status: z.literal("deleted"),
  /** The vector is gone too. */
  removed: z.boolean().optional(),
});

const recordSchema = z.discriminatedUnion("status", [liveSchema, deletedSchema]);

/** Whose it is, and its id there. */
export interface ProjectKey {
  readonly tenant: string;
  readonly id: string;
}

/** A project. */
export type LiveProject = z.infer<typeof liveSchema> & ProjectKey;
/** What is kept of a deleted project until its vector is deleted too. */
export type DeletedProject = z.infer<typeof deletedSchema> & ProjectKey;
/** A project's item in the table. */
export type ProjectRecord = LiveProject | DeletedProject;

/** Whether a project is there and not deleted. */
export const isLive = (record: ProjectRecord | undefined): record is LiveProject =>
  record !== undefined && record.status !== "deleted";

const PREFIX = "PROJECT#";

/** The key of a project's item. */
export const projectAddress = ({ tenant, id }: ProjectKey) => ({ pk: `${PREFIX}${tenant}#${id}`, sk: "head" });

/** @throws BrokenItemError when the item is not a project's record */
export function parseProject(item: Record<string, unknown>): ProjectRecord {
  const record = parseItem(recordSchema, item);
  // A tenant's name holds no "#".
  const [, tenant = "", id = ""] = /^PROJECT#([^#]+)#(.+)$/.exec(record.pk) ?? [];
  return { ...record, tenant, id };
}

/** What is embedded. */
export const textOf = ({ name, description }: Pick<LiveProject, "name" | "description">): string =>
  name === undefined ? description : `${name}\n\n${description}`;

/** A hash of what is embedded of a project, so that an unchanged text is not embedded again. */
export const textHash = (project: Pick<LiveProject, "name" | "description">): string => sha256(textOf(project));
