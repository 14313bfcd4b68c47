/**
 * The MCP server: tools for agents, from what a stack offers and what its key may do.
 *
 * @module
 */

import { McpServer, type ServerContext, type StandardSchemaWithJSON } from "@modelcontextprotocol/server";
import { AuthenticationError, type Client } from "../../client/index.ts";
import type { Scope } from "../../contracts/keys/scopes.ts";
import project from "../../package.json" with { type: "json" };
import { usage } from "../exit-codes.ts";
import { reportError } from "../report-error.ts";
import { deadLetterTools, redriveTool } from "./dead-letter-tools.ts";
import { addFileTool, addTextTool, documentTools } from "./document-tools.ts";
import { createdTask, followsTasks, serveTasks } from "./job-tasks.ts";
import { jobTools, revokeTool, submitOnlyTool, submitTool } from "./job-tools.ts";
import { describeTasks, taskTool } from "./task-tools.ts";
import type { Arguments, ObjectSchema, Tool } from "./tool.ts";
import { taskResult, toolResult } from "./tool-result.ts";

/** What the user lets agents do. */
export interface McpOptions {
  /** Revoke jobs and redrive dead letters; needs an admin key. */
  readonly operate: boolean;
  /** The folder whose files may be brought; none when left out. */
  readonly files?: string | undefined;
}

/**
 * The tools that fit the key and the options.
 * @throws CliError when `operate` is wanted with a key that administers nothing
 */
export async function findTools(client: Client, { operate, files }: McpOptions): Promise<Tool[]> {
  const [scopes, document] = await Promise.all([scopesOf(client), client.call("GET /openapi.json")]);
  const admin = scopes.includes("admin");
  const operates = admin || scopes.includes("project_admin");
  if (operate && !operates) {
    throw usage(
      "--operate needs a key with the scope admin or project_admin: revoking and redriving are for operators.",
    );
  }
  const tasks = describeTasks(document, { admin: operate && admin });
  // Any other tool waits for a job or reads: its job would be made, and the call be refused all the same.
  if (!operates && !scopes.includes("read")) return [submitOnlyTool(tasks)];
  const reading = [...jobTools, ...documentTools, ...deadLetterTools];
  const adding = [
    ...tasks.map(taskTool),
    submitTool,
    addTextTool,
    ...(files === undefined ? [] : [addFileTool(files)]),
  ];
  return [
    ...(operates || scopes.includes("submit") ? adding : []),
    ...reading,
    ...(operate ? [revokeTool, redriveTool] : []),
  ];
}

/** What the key may do, which only keys that may read are told: `submit` alone is what is left for others. */
async function scopesOf(client: Client): Promise<readonly Scope[]> {
  try {
    return (await client.call("GET /api/v1/keys/own")).scopes;
  } catch (error) {
    // The API itself says this of the scope; the gateway, which refuses keys that it does not know, has no such type.
    if (error instanceof AuthenticationError && error.problem?.type === "/problems/forbidden") return ["submit"];
    throw error;
  }
}

/** A server of these tools. */
export function createMcpServer(client: Client, tools: readonly Tool[]): McpServer {
  const follows = tools.some(({ name }) => name === "wait_for_job");
  const server = new McpServer(
    { name: "sluice", title: "Sluice", version: project.version },
    {
      instructions: follows
        ? "Tasks run as jobs in the background. A task's own tool waits for its result; when it says that a job is still running, call wait_for_job."
        : "Tasks run as jobs in the background. The key submits them and may not read what becomes of them: submit each once.",
    },
  );
  for (const tool of tools) {
    const { name, description, input, effect } = tool;
    const annotations = { readOnlyHint: effect === "read", destructiveHint: effect === "change", openWorldHint: false };
    server.registerTool(name, { description, annotations, inputSchema: unchecked(input) }, (args, context) =>
      answer(tool, args, { client, context }),
    );
  }
  if (follows) serveTasks(server, client);
  return server;
}

/** What went wrong is the tool's answer, so that the agent can correct its call. */
async function answer(tool: Tool, args: Arguments, { client, context }: { client: Client; context: ServerContext }) {
  try {
    const { signal } = context.mcpReq;
    const given = { client, signal, progress: progressTo(context) };
    if (tool.submit === undefined) return toolResult(await tool.run(args, given));
    if (followsTasks(context)) return createdTask(await tool.submit(args, given));
    return taskResult(await tool.run(args, given));
  } catch (error) {
    const { line, problem } = reportError(error);
    const structuredContent = { ...problem };
    const faults = problem.errors?.map(({ path, message }) => `${path}: ${message}`).join("\n") ?? line;
    return { content: [{ type: "text" as const, text: faults }], structuredContent, isError: true };
  }
}

function progressTo({ mcpReq }: ServerContext) {
  const progressToken = mcpReq._meta?.progressToken;
  let last = -1;
  return (current: number, total: number | undefined, message: string) => {
    if (progressToken === undefined) return;
    // Progress has to grow, also where a job's own does not.
    last = Math.max(current, last + 0.001);
    const params = { progressToken, progress: last, message, ...(total !== undefined && { total }) };
    mcpReq.notify({ method: "notifications/progress", params }).catch(() => {});
  };
}

/** A JSON Schema that is shown and not enforced: the API validates, with better messages. */
const unchecked = (schema: ObjectSchema): StandardSchemaWithJSON<Arguments> => ({
  "~standard": {
    version: 1,
    vendor: "sluice",
    validate: (value) => ({ value: Object.fromEntries(Object.entries(value ?? {})) }),
    jsonSchema: { input: () => schema, output: () => schema },
  },
});
