import { stat } from "node:fs/promises";
import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { usage } from "../exit-codes.ts";

/** `sluice mcp`: gives tasks to agents as tools. */
export const mcpCommand = (cli: Cli) =>
  new Command("mcp")
    .summary("give tasks to agents as tools (MCP)")
    .description(
      "Serves the Model Context Protocol (MCP) on standard input and output. An agent's program starts it. Each task is a tool; other tools follow jobs, read and search documents, and show dead letters. Tools that the key may not use are not offered.",
    )
    .option("--operate", "also revoke jobs, redrive dead letters and run admin tasks (needs an admin key)")
    .option("--files <folder>", "let agents upload files from this folder, and from no other")
    .addHelpText(
      "after",
      examples(
        ["sluice mcp", "the stack on this machine"],
        ["sluice mcp --profile prod --files ~/contracts", "a deployed one, with files"],
      ),
    )
    .action(async ({ operate = false, files }) => {
      const [{ serveStdio }, { createMcpServer, findTools }] = await Promise.all([
        import("@modelcontextprotocol/server/stdio"),
        import("../mcp/server.ts"),
      ]);
      if (files !== undefined) await requireFolder(files);
      const client = cli.client();
      const tools = await findTools(client, { operate, files });
      const server = serveStdio(() => createMcpServer(client, tools), {
        onerror: (error) => cli.err.line(`sluice mcp: ${error.message}`),
      });
      await new Promise<void>((resolve) => {
        process.stdin.once("close", resolve).once("end", resolve);
        cli.signal.addEventListener("abort", () => resolve(), { once: true });
      });
      await server.close();
    });

/** @throws CliError when it is not one */
async function requireFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) throw usage(`--files ${path}: there is no such folder.`);
}
