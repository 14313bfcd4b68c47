import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";

/** `sluice mcp`: gives tasks to agents as tools. */
export const mcpCommand = (cli: Cli) =>
  new Command("mcp")
    .summary("give tasks to agents as tools (MCP)")
    .description(
      "Serves the Model Context Protocol on standard input and output, for an agent's program to start. Each task is a tool; " +
        "others follow jobs, read and search documents, and show dead letters. What the key may not do is not offered.",
    )
    .option("--operate", "also revoke jobs, redrive dead letters and run admin tasks (needs an admin key)")
    .option("--files <folder>", "let agents bring files of this folder, and of no other")
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
