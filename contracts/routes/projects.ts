/**
 * Projects: texts that are embedded by a job and found by meaning. One of another tenant does not exist for a caller.
 *
 * @module
 */

import { z } from "zod";
import { projectIdSchema } from "../keys/project-id.ts";
import {
  acceptedProjectSchema,
  createProjectSchema,
  projectEntityIdSchema,
  projectListSchema,
  projectMatchesSchema,
  projectSchema,
  searchProjectsSchema,
  updateProjectSchema,
} from "../projects/projects.ts";
import type { RouteDefinition } from "./define-route.ts";
import { idempotencyHeaders, pageQuery, projectQuery } from "./shared-fields.ts";

const params = z.object({ project_id: projectEntityIdSchema });

/** Routes of projects. */
export const projectRoutes = {
  searchProjects: {
    method: "POST",
    path: "/projects/search",
    scope: "read",
    tag: "Projects",
    summary: "Find the projects nearest to a query",
    description:
      "Where EMBEDDING_BACKEND is `embedded`, the default, this is a search by words, not by meaning, and the answer has a `notice` that says so. Sees what was embedded when the request came; a project is found once it is completed. Calls: one DynamoDB read, one call of the embedding server, one search of the vector store.",
    query: projectQuery,
    body: searchProjectsSchema,
    response: { status: 200, schema: projectMatchesSchema },
    problems: [404, 413, 415, 503],
  },
  createProject: {
    method: "POST",
    path: "/projects",
    scope: "submit",
    tag: "Projects",
    summary: "Add a project and have it embedded",
    description: "Answers at once. AWS calls: two DynamoDB writes and one SQS send.",
    query: projectQuery,
    headers: idempotencyHeaders,
    body: createProjectSchema,
    response: { status: 202, schema: acceptedProjectSchema },
    problems: [404, 409, 413, 415, 503],
  },
  listProjects: {
    method: "GET",
    path: "/projects",
    scope: "read",
    tag: "Projects",
    summary: "List projects, newest first",
    description: "With the state of the vector of each.",
    query: pageQuery.extend({ project_id: projectIdSchema.optional().describe("Admin keys only: another tenant.") }),
    response: { status: 200, schema: projectListSchema },
  },
  getProject: {
    method: "GET",
    path: "/projects/{project_id}",
    params,
    scope: "read",
    tag: "Projects",
    summary: "Get a project and the state of its vector",
    description: "A project is found by searches once its vector is there.",
    query: projectQuery,
    response: { status: 200, schema: projectSchema },
    problems: [404],
  },
  updateProject: {
    method: "PUT",
    path: "/projects/{project_id}",
    params,
    scope: "submit",
    tag: "Projects",
    summary: "Change a project",
    description:
      "What is left out stays. Embedded again only when name or description changed: other metadata is moved to the vector by the job without asking the embedder, and for a change of nothing there is no job and the answer is 200.",
    query: projectQuery,
    body: updateProjectSchema,
    response: { status: 202, otherStatus: 200, schema: acceptedProjectSchema },
    problems: [404, 409, 413, 415, 503],
  },
  deleteProject: {
    method: "DELETE",
    path: "/projects/{project_id}",
    params,
    scope: "submit",
    tag: "Projects",
    summary: "Delete a project and its vector",
    description: "The project is gone at once; a search may find it until the job has run.",
    query: projectQuery,
    response: { status: 202, schema: acceptedProjectSchema },
    problems: [404, 503],
  },
} as const satisfies Record<string, RouteDefinition>;
