/**
 * Projects on the wire: texts that are found by meaning, or by words where there is no model. They are the caller's own things, such as the projects of a
 * matching application, and are kept apart by the project (the tenant) of the API key.
 *
 * @module
 */

import { z } from "zod";
import { jobErrorSchema } from "../jobs/wire.ts";
import {
  HOLDS_WORD,
  searchNoticeSchema,
  searchTextSchema,
  UNFILTERABLE_KEY,
  vectorFilterSchema,
  vectorLimits,
  vectorMetadataSchema,
} from "./vector-search.ts";

/** Bytes of a description as JSON: all of it is embedded and kept beside its vector. */
export const MAX_DESCRIPTION_BYTES = 30 * 1_024;
const MAX_METADATA_BYTES = vectorLimits.filterableBytes - 128;

const jsonBytes = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;

/** A caller's own id, or one that POST /projects made. */
export const projectEntityIdSchema = z
  .string()
  .regex(/^[\w.:@-]{1,128}$/, "must be 1 to 128 letters, digits or . : @ _ -")
  .describe("The caller's own id of the project.");

/** The description of a project: what is embedded. */
export const descriptionSchema = z
  .string()
  .max(MAX_DESCRIPTION_BYTES, { error: `must take at most ${MAX_DESCRIPTION_BYTES} bytes`, abort: true })
  .regex(HOLDS_WORD, "must hold a word")
  .refine((text) => jsonBytes(text) <= MAX_DESCRIPTION_BYTES, `must take at most ${MAX_DESCRIPTION_BYTES} bytes`)
  .describe("The text that is embedded and searched: at least one word, at most 30 KB as JSON.");

/** The metadata of a project, which a search can filter by. */
export const projectMetadataSchema = vectorMetadataSchema
  .refine((metadata) => !(UNFILTERABLE_KEY in metadata), `must not have the key ${UNFILTERABLE_KEY}`)
  .refine((metadata) => jsonBytes(metadata) <= MAX_METADATA_BYTES, `must take at most ${MAX_METADATA_BYTES} bytes`)
  .describe("Text, numbers, booleans and lists of text, under flat keys. A search can be narrowed by them.");

const nameSchema = z.string().trim().regex(/\S/, "must not be blank").max(200);

/** The states of a project's embedding. */
export const projectStates = ["pending", "completed", "failed"] as const;

const time = z.iso.datetime();

/** A project as the API shows it. */
export const projectSchema = z.strictObject({
  id: projectEntityIdSchema,
  name: z.string().nullable(),
  description: z.string(),
  metadata: projectMetadataSchema,
  status: z.enum(projectStates).describe("Of the vector. A search finds what was completed last."),
  error: jobErrorSchema.nullable(),
  task_id: z.string().describe("The job that embeds this state of the project, or did."),
  model: z.string().nullable().describe("What made the vector; null before there was one."),
  dimensions: z.int().nullable(),
  created_at: time,
  updated_at: time,
  embedded_at: time.nullable(),
});

/** The body of `POST /projects`. */
export const createProjectSchema = z.strictObject({
  name: nameSchema.optional().describe("Embedded with the description."),
  description: descriptionSchema,
  metadata: projectMetadataSchema.default({}),
});

/** The body of `PUT /projects/{id}`; fields that are left out stay as they are. */
export const updateProjectSchema = z
  .strictObject({
    name: nameSchema.nullable().optional(),
    description: descriptionSchema.optional(),
    metadata: projectMetadataSchema.optional().describe("Replaces the whole value."),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    error: "give name, description or metadata",
  })
  // A name of null takes the name away; the others count as left out then.
  .meta({ not: { properties: { name: { not: {} }, description: { type: "null" }, metadata: { type: "null" } } } });

/** The answer of creating or changing a project: its id and the embedding job. */
export const acceptedProjectSchema = z.strictObject({
  id: projectEntityIdSchema,
  status: z.enum(projectStates),
  task_id: z.string(),
});

/** One page of projects. */
export const projectListSchema = z.strictObject({
  projects: z.array(projectSchema),
  next_cursor: z.string().nullable(),
});

/** The body of a project search. */
export const searchProjectsSchema = z.strictObject({
  query: searchTextSchema,
  top_k: z.int().min(1).max(vectorLimits.topK).default(10),
  filter: vectorFilterSchema.optional(),
});

/** The projects that a search found, best first; scores are cosine similarities. */
export const projectMatchesSchema = z.strictObject({
  matches: z
    .array(
      z.strictObject({
        project_id: z.string(),
        score: z.number().describe("Cosine similarity, from -1 to 1. Scores of different models cannot be compared."),
        metadata: vectorMetadataSchema,
      }),
    )
    .describe("Best first."),
  notice: searchNoticeSchema,
});

/** What {@link projectMatchesSchema} parses to. */
export type ProjectMatches = z.infer<typeof projectMatchesSchema>;
/** What {@link projectSchema} parses to. */
export type Project = z.infer<typeof projectSchema>;
/** What {@link createProjectSchema} parses to. */
export type NewProject = z.output<typeof createProjectSchema>;
/** What {@link updateProjectSchema} parses to. */
export type ProjectChange = z.output<typeof updateProjectSchema>;
/** What {@link searchProjectsSchema} parses to. */
export type ProjectSearch = z.output<typeof searchProjectsSchema>;
