import { join } from "node:path";
import type { Catalog } from "../../../contracts/define-catalog.ts";
import type { serviceRoutes } from "../../../contracts/routes/service.ts";
import { notFound } from "../../../shared/lib/http/problem.ts";
import { docsContentSecurityPolicy, renderDocs } from "../docs-page.ts";
import { buildOpenApi } from "../openapi/openapi.ts";
import type { ApiServices, FileReply, Handlers } from "../route-handler.ts";
import { staticFiles } from "../static-files.ts";

type OpenApi = ReturnType<typeof buildOpenApi>;

const described = new WeakMap<Catalog, OpenApi>();
const pages = new WeakMap<OpenApi, string>();

/** Built when first asked for: most processes never are. */
function describeApi({ jobs: { catalog } }: ApiServices): OpenApi {
  const openApi = described.get(catalog) ?? buildOpenApi(catalog);
  described.set(catalog, openApi);
  return openApi;
}

function docsPage(openApi: OpenApi): string {
  const page = pages.get(openApi) ?? renderDocs(openApi);
  pages.set(openApi, page);
  return page;
}

const MINUTES = "public, max-age=300";

/** After bundling this file is the function's index.mjs, and the console and the pages lie beside it. */
const findConsoleFile = staticFiles(join(import.meta.dirname, "console"));
const findPage = staticFiles(join(import.meta.dirname, "pages"));

/** A file of the console, or its page for a path that the console routes itself. */
async function consoleFile(path: string): Promise<FileReply> {
  const isPage = !/\.\w+$/.test(path);
  const file = await findConsoleFile(isPage ? "index.html" : path);
  if (!file) throw notFound(isPage ? "The console is not part of this deployment." : `There is no file ${path}.`);
  return {
    file: await file.read(),
    contentType: file.contentType,
    headers: {
      "cache-control": file.hashed ? "public, max-age=31536000, immutable" : "no-cache",
      "content-security-policy":
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    },
  };
}

/** A page of the documentation. */
async function page(path: string): Promise<FileReply> {
  const found = await findPage(path);
  if (!found) throw notFound(`There is no page ${path}. /llms.txt lists the pages.`);
  return {
    file: await found.read(),
    contentType: found.contentType,
    headers: { "cache-control": MINUTES, "content-security-policy": "default-src 'none'; frame-ancestors 'none'" },
  };
}

/** The public routes. None of them makes an AWS call. */
export const serviceHandlers: Handlers<keyof typeof serviceRoutes> = {
  health: () => ({ body: { status: "healthy", timestamp: new Date().toISOString() } }),

  openapi: (_, services) => ({ body: describeApi(services), headers: { "cache-control": MINUTES } }),

  docs: (_, services) => ({
    file: docsPage(describeApi(services)),
    contentType: "text/html; charset=utf-8",
    headers: { "cache-control": MINUTES, "content-security-policy": docsContentSecurityPolicy },
  }),

  docsFile: ({ params }) => page(params.path),
  llms: () => page("llms.txt"),
  llmsFull: () => page("llms-full.txt"),

  console: () => consoleFile(""),
  consoleFile: ({ params }) => consoleFile(params.path),
};
