/**
 * The documentation for programs that read: every page in Markdown, a list of them (llmstxt.org), and all in one file. The
 * API's function carries them.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { root } from "./source-files.ts";
import { filesIn, type OutputFile } from "./sync-folder.ts";

/** Pages beside those of docs/. */
const others = ["README.md", "CONTRIBUTING.md", "client/README.md", "clients/python/README.md"];

/** The pages, from the repository's root: what a user of Sluice reads, without the records of decisions. */
export async function pageSources(): Promise<string[]> {
  const guides = (await filesIn(join(root, "docs"))).filter((name) => /^(migration\/)?[^/]+\.md$/.test(name)).sort();
  return [...others, ...guides.map((name) => `docs/${name}`)];
}

interface Page {
  readonly path: string;
  readonly title: string;
  /** The first sentence. */
  readonly about: string;
  readonly text: string;
}

/** The files, under `pages/`. @throws Error that names a page without a heading */
export async function buildPages(): Promise<OutputFile[]> {
  const pages = await Promise.all((await pageSources()).map(readPage));
  const files = pages.map(({ path, text }) => ({
    name: `pages/${placeOf(path)}`,
    text: withServedLinks(path, text, pages),
  }));
  return [
    ...files,
    { name: "pages/llms.txt", text: listOf(pages) },
    { name: "pages/llms-full.txt", text: files.map(({ text }) => text.trim()).join("\n\n---\n\n") },
  ].map(({ name, text }) => ({ name, contents: Buffer.from(text) }));
}

/** Where a page is served, below /docs. */
const placeOf = (path: string): string => path.replace(/^docs\//, "");

async function readPage(path: string): Promise<Page> {
  const text = await readFile(join(root, path), "utf8");
  const [, title] = /^# (.+)$/m.exec(text) ?? [];
  if (title === undefined) throw new Error(`${path} has no heading.`);
  const paragraph =
    text
      .split(/^# .+$/m)[1]
      ?.trim()
      .split("\n\n")[0]
      ?.replaceAll(/\s+/g, " ") ?? "";
  const about = /^.*?[.](?=\s|$)/.exec(paragraph)?.[0] ?? `${title}.`;
  return { path, title, about: about.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1"), text };
}

function listOf(pages: readonly Page[]): string {
  const [readme, ...rest] = pages;
  const line = ({ path, title, about }: Page) => `- [${title}](/docs/${placeOf(path)}): ${about}`;
  return `# Sluice

> ${readme?.about}

The API describes itself at [/openapi.json](/openapi.json), for people at [/docs](/docs); \`npx sluice mcp\` gives its tasks to agents as
tools. All pages in one file: [/llms-full.txt](/llms-full.txt).

## Docs

${rest.map(line).join("\n")}
`;
}

/** Links between pages lead to where they are served; of others, such as to source files and pictures, the words stay. */
function withServedLinks(path: string, text: string, pages: readonly Page[]): string {
  const served = new Set(pages.map((page) => page.path));
  return text.replaceAll(/!?\[([^\]]*)\]\(([^)\s#:]+)(#[^)\s]*)?\)/g, (...[, words, target, anchor = ""]: string[]) => {
    const file = posix.normalize(posix.join(dirname(path), target ?? ""));
    return served.has(file) ? `[${words}](/docs/${placeOf(file)}${anchor})` : (words ?? "");
  });
}
