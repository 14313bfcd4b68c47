/**
 * Tools for documents and projects: bringing texts and files, reading and searching them.
 *
 * @module
 */

import { readFile, realpath, stat } from "node:fs/promises";
import { basename, resolve, sep } from "node:path";
import { followSubmitted } from "./follow.ts";
import { numberOf, object, queryOf, type Tool, type ToolContext, textOf } from "./tool.ts";

const index = { type: "boolean", description: "Let search_documents find its passages. Default: true." };
const top_k = { type: "integer", minimum: 1, maximum: 100, description: "How many at most. Default: 10." };
const MAX_BYTES = 100 * 1_024 * 1_024;

/** Reading and searching. */
export const documentTools: readonly Tool[] = [
  {
    name: "search_documents",
    description:
      "The passages of indexed documents that are nearest to a query. A `notice` in the answer says when the search is by words, not by meaning.",
    input: object(
      {
        query: { type: "string" },
        top_k,
        document_id: { type: "string", description: "Only in this document." },
      },
      ["query"],
    ),
    effect: "read",
    run: (args, { client, signal }) =>
      client.call("POST /api/v1/documents/search", {
        body: {
          query: textOf(args, "query"),
          top_k: numberOf(args, "top_k"),
          ...(args.document_id !== undefined && { filter: { document_id: textOf(args, "document_id") } }),
        },
        signal,
      }),
  },
  {
    name: "get_document",
    description: "A document with its text, pages and warnings.",
    input: object({ document_id: { type: "string" } }, ["document_id"]),
    effect: "read",
    run: (args, { client }) => client.documents.get(textOf(args, "document_id")),
  },
  {
    name: "list_documents",
    description: "Documents, newest first, without their texts.",
    input: object({
      limit: { type: "integer", minimum: 1, maximum: 100, description: "Default: 20." },
      cursor: { type: "string", description: "next_cursor of the answer before." },
    }),
    effect: "read",
    run: (args, { client, signal }) => client.call("GET /api/v1/documents", { query: queryOf(args), signal }),
  },
  {
    name: "search_projects",
    description: "The projects whose descriptions are nearest to a query.",
    input: object({ query: { type: "string" }, top_k }, ["query"]),
    effect: "read",
    run: (args, { client, signal }) =>
      client.call("POST /api/v1/projects/search", {
        body: { query: textOf(args, "query"), top_k: numberOf(args, "top_k") },
        signal,
      }),
  },
];

/** Bringing a text. */
export const addTextTool: Tool = {
  name: "add_document",
  description: "Keeps a text as a document, so that it can be searched and read again.",
  input: object({ file_name: { type: "string", description: "Such as notes.txt." }, text: { type: "string" }, index }, [
    "file_name",
    "text",
  ]),
  effect: "add",
  run: (args, context) =>
    upload(context, new TextEncoder().encode(textOf(args, "text")), {
      file_name: textOf(args, "file_name"),
      index: args.index !== false,
    }),
};

/** Bringing a file of a folder, and of no other. @param folder what the user allows */
export const addFileTool = (folder: string): Tool => ({
  name: "add_file",
  description: `Brings a file of ${folder} (PDF, Word, HTML, text, pictures of pages) and has its text read.`,
  input: object({ path: { type: "string", description: "The path below that folder." }, index }, ["path"]),
  effect: "add",
  async run(args, context) {
    const path = await pathIn(folder, textOf(args, "path"));
    if ((await stat(path)).size > MAX_BYTES) throw new TypeError("path: the file is larger than 100 MB.");
    return await upload(context, await readFile(path), { file_name: basename(path), index: args.index !== false });
  },
});

/** @throws TypeError when the path, with its links followed, does not lead to a file below the folder */
async function pathIn(folder: string, path: string): Promise<string> {
  const [root, real] = await Promise.all([realpath(folder), realpath(resolve(folder, path)).catch(() => undefined)]);
  if (real === undefined || !real.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)) {
    throw new TypeError(`path: there is no such file below ${folder}.`);
  }
  if (!(await stat(real)).isFile()) throw new TypeError("path: this is not a file.");
  return real;
}

async function upload(
  context: ToolContext,
  bytes: Uint8Array,
  options: { readonly file_name: string; readonly index: boolean },
): Promise<object> {
  const { id, task_id } = await context.client.documents.upload(bytes, options);
  return { document_id: id, ...(await followSubmitted({ task_id, status: "PENDING" }, 25, context)) };
}
