import { spawn } from "node:child_process";
import { Command } from "@commander-js/extra-typings";
import { NotFoundError } from "../../client/index.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";

/** `sluice open`: opens the console, or a job's or batch's page in it. */
export const openCommand = (cli: Cli) =>
  new Command("open")
    .summary("open the console, or a job in it")
    .description(
      "Opens the console in a browser and prints its address: the page of a job or batch by its id, or the overview. " +
        "BROWSER names another program than the system's; --print opens nothing.",
    )
    .argument("[id]", "a job's or batch's id")
    .option("--print", "print the address alone")
    .addHelpText(
      "after",
      examples(["sluice open", "the overview"], ["sluice open 5d0f9c2a-...", "a job with its timeline"]),
    )
    .action(async (id, { print = false }) => {
      const url = `${cli.endpoint().url}/console${id === undefined ? "" : await pageOf(cli, id)}`;
      cli.print({ url }, () => cli.out.line(url));
      if (!print && !(await launch(browserFor(cli.env), url))) {
        cli.err.line("No browser could be started here: open the address yourself.");
      }
    });

/** @throws NotFoundError when the id is neither a job's nor a batch's */
async function pageOf(cli: Cli, id: string): Promise<string> {
  const client = cli.client();
  try {
    await client.jobs.get(id);
    return `/jobs/${encodeURIComponent(id)}`;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const isBatch = await client.batches.get(id).then(
      () => true,
      () => false,
    );
    if (isBatch) return `/batches/${encodeURIComponent(id)}`;
    throw error;
  }
}

/** The program that opens an address, with what is before it. */
function browserFor({ BROWSER }: Cli["env"]): readonly [command: string, ...args: string[]] {
  if (BROWSER) return [BROWSER];
  if (process.platform === "darwin") return ["open"];
  return process.platform === "win32" ? ["rundll32", "url.dll,FileProtocolHandler"] : ["xdg-open"];
}

/** Starts a program that outlives this one. @returns false when there is none */
function launch([command, ...args]: readonly [string, ...string[]], url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const started = spawn(command, [...args, url], { detached: true, stdio: "ignore" });
    started.once("error", () => resolve(false));
    started.once("spawn", () => {
      started.unref();
      resolve(true);
    });
  });
}
