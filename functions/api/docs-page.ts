/**
 * The page at /docs: the OpenAPI description as plain HTML, without scripts and without anything from elsewhere.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { z } from "zod";

const schema = z.looseObject({});
const parameter = z.object({ name: z.string(), in: z.string(), required: z.boolean(), schema });
const content = z.record(z.string(), z.object({ schema }));
const operation = z.object({
  operationId: z.string(),
  tags: z.array(z.string()),
  summary: z.string(),
  description: z.string().optional(),
  "x-scope": z.string().optional(),
  parameters: z.array(parameter),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string(), content: content.default({}) })),
});
const description = z.object({
  info: z.object({ title: z.string(), summary: z.string(), description: z.string() }),
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), schema) }),
});

type Operation = z.infer<typeof operation>;

const style = `
:root{color-scheme:light dark;--line:#8884;--soft:#8881}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1.5rem}
h1{margin:0}h2{margin:2rem 0 .25rem}p{margin:.25rem 0 .75rem}
details{border:1px solid var(--line);border-radius:.4rem;margin:.4rem 0;background:var(--soft)}
details[open]>summary{border-bottom:1px solid var(--line)}
summary{cursor:pointer;padding:.5rem .75rem}section{padding:.25rem .75rem .75rem;overflow-x:auto}
code,pre{font:.875rem/1.45 ui-monospace,monospace}pre{margin:.25rem 0;overflow-x:auto}
b{display:inline-block;min-width:4rem}i{opacity:.7;font-style:normal;margin-left:.75rem}
td,th{text-align:left;vertical-align:top;padding:.15rem .75rem .15rem 0}`;

const styleHash = createHash("sha256").update(style).digest("base64");

/** Allows the page's own style and nothing else. */
export const docsContentSecurityPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** @param openApi the description as functions/api/openapi/openapi.ts builds it */
export function renderDocs(openApi: unknown): string {
  const { info, tags, paths, components } = description.parse(openApi);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, detail]) => ({ path, method: method.toUpperCase(), detail })),
  );
  const sections = tags.map((tag) => {
    const listed = operations.filter(({ detail }) => detail.tags.includes(tag.name));
    const rows = listed.map(({ path, method, detail }) => renderOperation(path, method, detail)).join("\n");
    return `<h2>${escapeHtml(tag.name)}</h2><p>${escapeHtml(tag.description)}</p>\n${rows}`;
  });
  const schemas = Object.entries(components.schemas).map(
    ([name, shape]) =>
      `<details id="${escapeHtml(name)}"><summary><code>${escapeHtml(name)}</code></summary><section>${json(shape)}</section></details>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(info.title)} API</title><style>${style}</style></head><body>
<h1>${escapeHtml(info.title)} API</h1><p>${escapeHtml(info.summary)} <a href="/openapi.json">openapi.json</a></p>
<p>${escapeHtml(info.description)}</p>
${sections.join("\n")}
<h2>Schemas</h2>
${schemas.join("\n")}
</body></html>`;
}

function renderOperation(path: string, method: string, detail: Operation): string {
  const rows = detail.parameters.map(
    (given) =>
      `<tr><td><code>${escapeHtml(given.name)}</code></td><td>${escapeHtml(given.in)}${given.required ? ", required" : ""}</td><td>${json(given.schema)}</td></tr>`,
  );
  const bodies = Object.values(detail.requestBody?.content ?? {}).map((body) => `<h4>Body</h4>${json(body.schema)}`);
  const answers = Object.entries(detail.responses).map(([status, answer]) => {
    const shapes = Object.entries(answer.content).map(
      ([type, { schema: shape }]) => `${escapeHtml(type)} ${json(shape)}`,
    );
    return `<tr><td><code>${escapeHtml(status)}</code></td><td>${escapeHtml(answer.description)}</td><td>${shapes.join("")}</td></tr>`;
  });
  const scope = detail["x-scope"];
  return `<details id="${escapeHtml(detail.operationId)}"><summary><b>${method}</b><code>${escapeHtml(path)}</code><i>${escapeHtml(detail.summary)}</i></summary><section>
${detail.description ? `<p>${escapeHtml(detail.description)}</p>` : ""}${scope ? `<p>Scope: <code>${escapeHtml(scope)}</code></p>` : ""}
${rows.length > 0 ? `<h4>Parameters</h4><table>${rows.join("")}</table>` : ""}${bodies.join("")}
<h4>Answers</h4><table>${answers.join("")}</table></section></details>`;
}

const json = (value: unknown): string => {
  const reference = schema.safeParse(value).data?.$ref;
  if (typeof reference === "string") {
    const name = escapeHtml(reference.slice(reference.lastIndexOf("/") + 1));
    return `<a href="#${name}"><code>${name}</code></a>`;
  }
  return `<pre>${escapeHtml(JSON.stringify(value, null, 2))}</pre>`;
};

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character] ?? "");
