/**
 * The public routes at the root: health, this API's description, its page, and the console's files.
 *
 * @module
 */

import { z } from "zod";
import type { RouteDefinition } from "./define-route.ts";

const file = { status: 200, schema: z.string() } as const;

/** The public routes: health, OpenAPI document, documentation page and console. */
export const serviceRoutes = {
  health: {
    method: "GET",
    path: "/health",
    scope: null,
    tag: "Service",
    summary: "Is the API up?",
    description: "Makes no AWS call, so it does not check the queues. For that, see /api/v1/tasks/health.",
    response: { status: 200, schema: z.strictObject({ status: z.literal("healthy"), timestamp: z.iso.datetime() }) },
  },
  openapi: {
    method: "GET",
    path: "/openapi.json",
    scope: null,
    tag: "Service",
    summary: "This description",
    description: "OpenAPI 3.1, made from the route table and the tasks of this stack.",
    response: { status: 200, schema: z.record(z.string(), z.json()) },
  },
  docs: {
    method: "GET",
    path: "/docs",
    scope: null,
    tag: "Service",
    summary: "This description, as a page",
    description: "For people; it loads nothing from elsewhere.",
    response: { ...file, contentType: "text/html" },
  },
  docsFile: {
    method: "GET",
    path: "/docs/{path+}",
    scope: null,
    tag: "Service",
    summary: "A page of the documentation, in Markdown",
    description: "The pages are listed in /llms.txt.",
    response: { ...file, contentType: "text/markdown" },
    problems: [404],
  },
  llms: {
    method: "GET",
    path: "/llms.txt",
    scope: null,
    tag: "Service",
    summary: "A list of the documentation's pages, for language models",
    description: "In the form of llmstxt.org.",
    response: { ...file, contentType: "text/plain" },
    problems: [404],
  },
  llmsFull: {
    method: "GET",
    path: "/llms-full.txt",
    scope: null,
    tag: "Service",
    summary: "All pages of the documentation in one file",
    description: "For a language model that is to read everything at once.",
    response: { ...file, contentType: "text/plain" },
    problems: [404],
  },
  console: {
    method: "GET",
    path: "/console",
    scope: null,
    tag: "Service",
    summary: "The web console",
    description: "A page that asks for an API key.",
    response: { ...file, contentType: "text/html" },
    problems: [404],
  },
  consoleFile: {
    method: "GET",
    path: "/console/{path+}",
    scope: null,
    tag: "Service",
    summary: "A file of the web console",
    description: "A path that does not name a file returns the console's page, which handles the path in the browser.",
    response: { ...file, contentType: "*/*" },
    problems: [404],
  },
} as const satisfies Record<string, RouteDefinition>;
