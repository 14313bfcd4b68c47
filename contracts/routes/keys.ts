/**
 * API keys: made, listed and revoked by admin keys.
 *
 * @module
 */

import { z } from "zod";
import { keyLimitsSchema } from "../keys/key-limits.ts";
import { EVERY_PROJECT, projectIdSchema } from "../keys/project-id.ts";
import { scopes } from "../keys/scopes.ts";
import type { RouteDefinition } from "./define-route.ts";
import { pageQuery } from "./shared-fields.ts";

/** An API key as it is listed; never the key itself. */
export const apiKeySchema = z.strictObject({
  key_id: z.string(),
  project_id: z.string(),
  projects: z.array(z.string()).describe("Other projects that it may act for; `*` for all."),
  scopes: z.array(z.enum(scopes)),
  name: z.string().nullable(),
  created_at: z.iso.datetime(),
  limits: keyLimitsSchema.describe(
    "What its jobs may ask of the language model, and of the embedding server, beside what its project may.",
  ),
});

/** The authorizer hands the names on in one string, which has a bound of its own. */
const MAX_PROJECTS = 50;

/** The body of `POST /keys`. */
const newKeySchema = z.strictObject({
  project_id: projectIdSchema.optional().describe("Default: the caller's own project."),
  projects: z
    .array(z.union([projectIdSchema, z.literal(EVERY_PROJECT)], { error: "must be a project's name, or *" }))
    .max(MAX_PROJECTS)
    .default([])
    .describe(
      "Other projects that it may act for with its scopes, by `project_id` in body or query: names, or `*` for all.",
    ),
  scopes: z.array(z.enum(scopes)).min(1).default(["submit", "read"]),
  name: z.string().trim().regex(/\S/, "must not be blank").max(100).optional().describe("What the key is for."),
  limits: keyLimitsSchema
    .default({})
    .describe(
      "What its jobs may ask of the language model, and of the embedding server, beside what its project may; {}: no less than that.",
    ),
});

/** The answer of `POST /keys`, the only one that contains the key. */
export const createdKeySchema = z.strictObject({
  ...apiKeySchema.shape,
  key: z.string().describe("Shown only once. Only its hash is stored."),
});

/** Routes of API keys. */
export const keyRoutes = {
  listKeys: {
    method: "GET",
    path: "/keys",
    scope: "admin",
    tag: "Keys",
    summary: "List API keys, newest first",
    description:
      "AWS calls: two DynamoDB queries; one batch read more where keys of an earlier version are stored among the jobs.",
    query: pageQuery,
    response: {
      status: 200,
      schema: z.strictObject({ keys: z.array(apiKeySchema), next_cursor: z.string().nullable() }),
    },
  },
  getOwnKey: {
    method: "GET",
    path: "/keys/own",
    scope: "read",
    tag: "Keys",
    summary: "What the key that is sent may do",
    description: "Makes no AWS call: the gateway has identified the key.",
    response: {
      status: 200,
      schema: apiKeySchema.pick({ key_id: true, project_id: true, projects: true, scopes: true, limits: true }),
    },
  },
  createKey: {
    method: "POST",
    path: "/keys",
    scope: "admin",
    tag: "Keys",
    summary: "Create an API key",
    description: "The key is shown only in this response. AWS calls: one DynamoDB write.",
    body: newKeySchema,
    response: { status: 201, schema: createdKeySchema },
    problems: [413, 415],
  },
  revokeKey: {
    method: "DELETE",
    path: "/keys/{key_id}",
    params: z.object({ key_id: z.string().regex(/^key_[0-9a-f]{16}$/, "There is no such key.") }),
    scope: "admin",
    tag: "Keys",
    summary: "Revoke an API key",
    description:
      "It stops working within 60 seconds: so long does the gateway remember a key that it has checked. AWS calls: one DynamoDB write and one query for keys of an earlier version.",
    response: { status: 200, schema: z.strictObject({ key_id: z.string(), status: z.literal("revoked") }) },
    problems: [404],
  },
} as const satisfies Record<string, RouteDefinition>;
