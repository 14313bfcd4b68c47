/**
 * The OpenAPI 3.1 description of the HTTP API, built from the route table and the catalog.
 *
 * @module
 */

import type { z } from "zod";
import type { Catalog } from "../../../contracts/define-catalog.ts";
import type { TaskDefinition } from "../../../contracts/define-task.ts";
import { submitSchema } from "../../../contracts/jobs/submit.ts";
import { API_PREFIX, fullPath, type RouteDefinition, tags } from "../../../contracts/routes/define-route.ts";
import { routeNames, routeOf } from "../../../contracts/routes/routes.ts";
import { webhookPayloadSchema } from "../../../contracts/webhooks/webhooks.ts";
import { splitByTask, taskTitle } from "./by-task.ts";
import { asObject, Components, type Json, type JsonObject, orNull } from "./components.ts";
import { problemResponses } from "./problems.ts";

/** Builds the description at each call; callers keep it. */
export function buildOpenApi({ tasks }: Pick<Catalog, "tasks">): JsonObject {
  const components = new Components();
  const paths: { [path: string]: JsonObject } = {};
  const add = (path: string, method: string, operation: JsonObject) => {
    // OpenAPI has no parameter for the rest of a path; its name without the plus is as close as it gets.
    const template = path.replaceAll("+}", "}");
    paths[template] = { ...paths[template], [method.toLowerCase()]: operation };
  };
  for (const name of routeNames) {
    const route = routeOf(name);
    const operation = describe(components, name, route);
    add(fullPath(route, route.path), route.method, operation);
    for (const [index, alias] of (route.aliases ?? []).entries()) {
      const original = `${route.method} ${fullPath(route, route.path)}`;
      const description =
        `The same as ${original}, under the path of the API that Sluice replaces. ${route.description ?? ""}`.trim();
      const operationId = `${name}Alias${index || ""}`;
      add(fullPath(route, alias), route.method, { ...operation, operationId, description });
    }
  }
  for (const task of Object.values(tasks)) {
    add(`${API_PREFIX}/tasks/${task.name}`, "POST", describeTask(components, task));
  }
  const jobEnded = describeWebhook("jobEnded", components.schema(webhookPayloadSchema, "output"));
  splitByTask(components, Object.keys(tasks));
  return {
    openapi: "3.1.0",
    info: {
      title: "Sluice",
      version: "1",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      contact: { name: "Whoever runs this stack" },
      summary: "AI background tasks: submit, follow, operate.",
      description:
        'A key goes into the header Authorization: Bearer <key>. What the API refuses is answered as problem details (RFC 9457), what API Gateway refuses before it as {"message": ...}: no key (401), a wrong one (403), a path outside of the API and its pages (404), more than 6 MB (413), and what was throttled or took too long. HEAD is taken where there is GET; a body may be compressed with Content-Encoding: gzip; null for a field that may be left out is the same as leaving it out.',
    },
    servers: [{ url: "/" }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    webhooks: { jobEnded: { post: jobEnded } },
    components: {
      securitySchemes: { key: { type: "http", scheme: "bearer", description: "An API key." } },
      schemas: components.schemas,
    },
  };
}

/** A file's bytes. OpenAPI 3.1 would say nothing here; generated clients go by the format. */
const binary: JsonObject = { type: "string", format: "binary" };

/** A body that is a file: in a form, or as it is. */
const uploadContent: JsonObject = {
  "multipart/form-data": {
    schema: {
      type: "object",
      properties: { file: binary },
      required: ["file"],
    },
  },
  "application/octet-stream": { schema: binary },
};

/** A text whose lines are JSON, each of this schema. OpenAPI has a keyword for it from 3.2 on; 3.1 has JSON Schema's. */
const ofLines = (components: Components, contentMediaType: string, line: z.ZodType): JsonObject => ({
  description: "Each line is JSON, as contentSchema says.",
  contentMediaType,
  contentSchema: components.schema(line, "output"),
});

function describe(components: Components, name: string, route: RouteDefinition): JsonObject {
  const { status, otherStatus = status, schema, contentType = "application/json", line } = route.response;
  const success = {
    description: "OK",
    content: {
      [contentType]: {
        schema: { ...components.schema(schema, "output"), ...(line && ofLines(components, contentType, line)) },
      },
    },
  };
  return {
    operationId: name,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    ...(route.scope !== null && { "x-scope": route.scope }),
    security: route.scope === null ? [] : [{ key: [] }],
    parameters: parameters(components, route),
    ...(route.body && {
      requestBody: {
        required: !route.body.safeParse({}).success,
        content:
          route.bodyType === "bytes"
            ? uploadContent
            : { "application/json": { schema: components.schema(route.body, "input") } },
      },
    }),
    responses: {
      [status]: success,
      [otherStatus]: success,
      ...problemResponses(components, route),
    },
  };
}

function parameters(components: Components, route: RouteDefinition): Json[] {
  const names = [...route.path.matchAll(/\{(\w+)\+?\}/g)].flatMap(([, name]) => (name === undefined ? [] : [name]));
  const inPath = names.map((name) => {
    const schema = route.params?.shape[name];
    return {
      name,
      in: "path",
      required: true,
      schema: schema ? components.schema(asType(schema), "input") : { type: "string" },
    };
  });
  const listed = (where: "query" | "header", schema: z.ZodObject | undefined) =>
    Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
      name,
      in: where,
      required: !asType(field).safeParse(undefined).success,
      schema: components.schema(asType(field), "input"),
    }));
  return [...inPath, ...listed("query", route.query), ...listed("header", route.headers)];
}

/** zod types the fields of an object by its core, of which its classic schemas are. */
const asType = (field: z.core.$ZodType): z.ZodType => field as z.ZodType;

/** What a `callback_url` receives. */
function describeWebhook(operationId: string, schema: JsonObject): JsonObject {
  return {
    operationId,
    tags: ["Webhooks"],
    summary: "A job has ended",
    description: "Sent to a job's callback_url, signed as Standard Webhooks defines it.",
    security: [],
    requestBody: { required: true, content: { "application/json": { schema } } },
    responses: {
      "2XX": { description: "Received." },
      "4XX": { description: "Not received: it is sent again, unless it is 410." },
    },
  };
}

/** The webhook of a job of one task: with a result of its type. */
function webhookOf(components: Components, title: string): JsonObject {
  const within = (name: string, schema: JsonObject): JsonObject => ({ type: "object", properties: { [name]: schema } });
  const ofTask = within("data", within("data", { $ref: `#/components/schemas/${title}WebhookData` }));
  return { allOf: [components.schema(webhookPayloadSchema, "output"), ofTask] };
}

/** A path of its own for each task, so that its input is described. */
function describeTask(components: Components, definition: TaskDefinition): JsonObject {
  const title = taskTitle(definition.name);
  const input = components.named(`${title}Input`, definition.input, "input");
  const output = components.named(`${title}Output`, definition.output, "output");
  const body = components.schema(submitSchema, "input");
  const takesNothing = definition.input.safeParse({}).success;
  const operation = describe(components, `submit${title}`, routeOf("submitTask"));
  const webhook = describeWebhook(`ended${title}`, webhookOf(components, title));
  return {
    ...operation,
    summary: `Submit ${definition.name}`,
    description: `${definition.description} Its result is a ${title}Output.`,
    ...(definition.scope !== undefined && { "x-scope": definition.scope }),
    "x-output": output,
    callbacks: { jobEnded: { "{$request.body#/callback_url}": { post: webhook } } },
    ...(definition.aliases && { "x-aliases": [...definition.aliases] }),
    parameters: (Array.isArray(operation.parameters) ? operation.parameters : []).filter(
      (parameter) => asObject(parameter).in !== "path",
    ),
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: {
            ...body,
            properties: { ...asObject(body.properties ?? {}), input: takesNothing ? orNull(input) : input },
            ...(!takesNothing && { required: ["input"] }),
          },
        },
      },
    },
  };
}
