import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalog } from "../../../contracts/catalog.ts";
import type { TaskDefinition } from "../../../contracts/define-task.ts";
import { fullPath } from "../../../contracts/routes/define-route.ts";
import { routeNames, routeOf, routes } from "../../../contracts/routes/routes.ts";
import { renderDocs } from "../../../functions/api/docs-page.ts";
import { buildOpenApi } from "../../../functions/api/openapi/openapi.ts";
import { createRouter } from "../../../functions/api/router.ts";

const { taskNames } = catalog;

const openApi = buildOpenApi(catalog);
const operationSchema = z.looseObject({
  operationId: z.string(),
  parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })),
  requestBody: z.unknown().optional(),
  responses: z.record(z.string(), z.unknown()),
});
const { paths, components } = z
  .object({
    paths: z.record(z.string(), z.record(z.string(), operationSchema)),
    components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
  })
  .parse(openApi);
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);

/** Every `$ref` in a document, however deep. */
function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => (key === "$ref" ? [String(entry)] : references(entry)));
}

describe("the OpenAPI description", () => {
  it("lists every route and every alias", () => {
    const expected = routeNames.flatMap((name) => {
      const route = routeOf(name);
      return [route.path, ...(route.aliases ?? [])].map(
        (path) => `${route.method} ${fullPath(route, path).replace("+}", "}")}`,
      );
    });

    expect(operations.map(({ method, path }) => `${method} ${path}`)).toEqual(expect.arrayContaining(expected));
  });

  it("lists nothing that the router does not take", () => {
    const lookup = createRouter(routes);

    for (const { method, path } of operations) {
      expect(lookup(method, path.replaceAll(/\{\w+\}/g, "x")), `${method} ${path}`).toHaveProperty("name");
    }
  });

  it("gives every operation an id of its own and its path's parameters", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);

    for (const { path, operation } of operations) {
      const inPath = operation.parameters.filter((each) => each.in === "path").map((each) => `{${each.name}}`);
      expect(path.match(/\{\w+\}/g) ?? []).toEqual(inPath);
    }
  });

  it("refers to nothing that is missing", () => {
    const known = Object.keys(components.schemas).map((name) => `#/components/schemas/${name}`);

    expect(known).toEqual(expect.arrayContaining([...new Set(references(openApi))]));
    expect(JSON.stringify(openApi)).not.toMatch(/\$defs|\$schema|__schema/);
  });

  it("says of every route about jobs, queues and keys which AWS calls a request makes", () => {
    const told: readonly string[] = ["Tasks", "Jobs", "Monitoring", "Dead letters", "Keys"];
    const silent = routeNames.filter((name) => {
      const { tag, description = "" } = routeOf(name);
      return told.includes(tag) && !/AWS call/.test(description);
    });

    expect(silent).toEqual([]);
    // Under the paths of the API that Sluice replaces, too.
    const replaced = Object.entries(paths).filter(([path]) => /\/tasks\/(task|tasks|queue|workers)\//.test(path));
    expect(replaced.length).toBe(8);
    for (const [, operations] of replaced) expect(JSON.stringify(operations)).toContain("AWS calls");
  });

  it("says what a path that names nothing, and one that is too long, are answered", () => {
    const spoken = operations.filter(({ path }) => path.includes("{") && !path.includes("{path}"));
    expect(spoken.length).toBeGreaterThan(30);
    for (const { path, method, operation } of spoken)
      expect(operation.responses, `${method} ${path}`).toHaveProperty("404");
    for (const { operation } of operations) expect(operation.responses).toHaveProperty("431");
  });

  it("says more of every operation than its name, as linters ask", () => {
    for (const { path, method, operation } of operations)
      expect(operation.description, `${method} ${path}`).toMatch(/\w/);
  });

  it("says every status of success", () => {
    const responses = paths["/api/v1/projects/{project_id}"]?.put?.responses ?? {};
    expect(responses["200"]).toEqual(responses["202"]);
  });

  it("types the lines of an answer that is lines of JSON", () => {
    const results = paths["/api/v1/batches/{batch_id}/results"]?.get?.responses["200"];
    expect(results).toMatchObject({
      content: {
        "application/x-ndjson": {
          schema: {
            type: "string",
            contentMediaType: "application/x-ndjson",
            contentSchema: { $ref: "#/components/schemas/BatchResult" },
          },
        },
      },
    });
    expect(components.schemas.BatchResultFields).toMatchObject({
      properties: { index: { type: "integer" }, status: { enum: expect.arrayContaining(["EXPIRED"]) } },
    });
  });

  it("says of each task which scope its key needs", () => {
    for (const { name, scope = "submit" } of Object.values(catalog.tasks) as TaskDefinition[]) {
      expect(paths[`/api/v1/tasks/${name}`]?.post, name).toMatchObject({ "x-scope": scope });
    }
  });

  it("describes the input of every task under its own path", () => {
    for (const task of taskNames) {
      const body = JSON.stringify(paths[`/api/v1/tasks/${task}`]?.post?.requestBody);
      expect(body).toMatch(/"input":(\{"anyOf":\[)?\{"\$ref":"#\/components\/schemas\/\w+Input"\}/);
    }
    expect(components.schemas.SummarizeInput).toMatchObject({
      required: ["text"],
      properties: { max_length: { default: 150 } },
    });
  });
});

describe("the page at /docs", () => {
  const page = renderDocs(openApi);

  it("shows every operation and links to every schema that it names", () => {
    for (const { operation } of operations) expect(page).toContain(`<details id="${operation.operationId}">`);
    const anchors = [...page.matchAll(/href="#(\w+)"/g)].map(([, name]) => name);
    for (const name of new Set(anchors)) expect(page).toContain(`<details id="${name}">`);
  });

  it("asks nothing of anyone else and runs nothing", () => {
    expect(page).not.toMatch(/<script|<img|<link|<iframe|@import|url\(|https?:\/\//i);
  });

  it("escapes what it shows", () => {
    const [path = ""] = Object.keys(paths);
    const hostile = { ...openApi, paths: { [`${path}<b>"`]: paths[path] } };

    expect(renderDocs(hostile)).toContain("&lt;b&gt;&quot;");
  });
});

describe("what the API refuses", () => {
  const ajv = addFormats.default(new Ajv2020({ strict: false, unicodeRegExp: true }));
  const bodyOf = (path: string, method = "post") => {
    const { content } = z
      .object({ content: z.record(z.string(), z.object({ schema: z.record(z.string(), z.json()) })) })
      .parse(paths[`/api/v1${path}`]?.[method]?.requestBody);
    return ajv.compile({ components, ...content["application/json"]?.schema });
  };
  const text = "Water flows downhill.";

  it.each([
    ["/tasks/summarize", { input: { text }, delay_seconds: 5, eta: "2026-12-01T08:00:00Z" }],
    ["/tasks/summarize", { input: { text: " \n" } }],
    ["/tasks/summarize", { input: null }],
    ["/tasks/summarize", { priority: 1 }],
    ["/tasks/summarize", { input: { text: null } }],
    ["/batches", { task_name: "summarize", inputs: [{ text }], delay_seconds: 5, eta: "2026-12-01T08:00:00Z" }],
    ["/batches", { task_name: "summarize", inputs: [{ text }, { txt: text }] }],
    ["/batches", { task_name: "summarize", inputs: [] }],
    ["/batches", { task_name: "summarize", inputs: [{ text }], upload_id: "5d0f9c2a-0000-4000-8000-000000000001" }],
    ["/batches", { inputs: [{ text }] }],
    ["/schedules", { task_name: "summarize", input: { txt: text }, rate: "1 hour" }],
    ["/dlq/{queue}/redrive", {}],
    ["/dlq/{queue}/redrive", { dry_run: true, task_ids: null }],
    ["/dlq/{queue}/purge", { cursor: "x" }],
    ["/dlq/{queue}/purge", { all: true, cursor: "" }],
    ["/jobs/revoke", { terminate: false }],
    ["/projects/search", { query: "-" }],
    ["/keys", { name: "  " }],
    ["/llm/complete", { prompt: "\t" }],
  ])("is refused by the description, too: %s %j", (path, body) => {
    expect(bodyOf(path)(body)).toBe(false);
  });

  it.each([
    ["/tasks/summarize", { input: { text, max_length: null }, priority: null, delay_seconds: 5, eta: null }],
    ["/tasks/health_check", { input: null }],
    ["/tasks/health_check", {}],
    ["/batches", { task_name: "summarize", inputs: [{ text, max_length: null }], eta: null }],
    ["/batches", { task_name: "tasks.summarize_text", inputs: [{ text }] }],
    ["/batches", { task_name: "health_check", inputs: [{}] }],
    ["/batches", { task_name: "summarize", upload_id: "5d0f9c2a-0000-4000-8000-000000000001", inputs: null }],
    ["/schedules", { task_name: "summarize", input: { text }, rate: "1 hour" }],
    ["/schedules", { task_name: "health_check", rate: "1 hour" }],
    ["/dlq/{queue}/redrive", { fingerprint: "f", task_ids: null }],
    ["/jobs/revoke", { all: true, status: null }],
    ["/projects/search", { query: "Brücke", filter: { year: { gte: 2024, lt: null } } }],
  ])("does not keep it from what it takes: %s %j", (path, body) => {
    const fits = bodyOf(path);

    expect(fits(body), JSON.stringify(fits.errors)).toBe(true);
  });

  it("covers a change of nothing", () => {
    const fits = bodyOf("/projects/{project_id}", "put");

    expect([{}, { description: null }].map((body) => fits(body))).toEqual([false, false]);
    expect([{ name: null }, { description: "A bridge." }].map((body) => fits(body))).toEqual([true, true]);
  });
});
