import { spawn } from "node:child_process";
import { Command } from "@commander-js/extra-typings";
import { SluiceError } from "../../client/index.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";

/** `sluice open`: opens the console, or the page of something in it. */
export const openCommand = (cli: Cli) =>
  new Command("open")
    .summary("open the console, or a job, batch, document or project in it")
    .description(
      "Opens the console in a browser and prints its address. With an ID, it opens the page of the job, batch, document, project or escalation; without one, the overview. Set BROWSER to use another program than the system's browser.",
    )
    .argument("[id]", "the ID of a job, batch, document, project or escalation")
    .option("--print", "only print the address")
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

/** @throws NotFoundError of the job when nothing has this id */
async function pageOf(cli: Cli, id: string): Promise<string> {
  const client = cli.client();
  // In the order in which an id is likely meant.
  const pages: readonly (readonly [folder: string, get: () => Promise<unknown>])[] = [
    // It has the id of its job, to which its page leads.
    ["escalations", () => client.escalations.get(id)],
    ["jobs", () => client.jobs.get(id)],
    ["batches", () => client.batches.get(id)],
    ["documents", () => client.documents.get(id)],
    ["projects", () => client.projects.get(id)],
  ];
  let unknown: unknown;
  for (const [folder, get] of pages) {
    try {
      await get();
      return `/${folder}/${encodeURIComponent(id)}`;
    } catch (error) {
      // Some have ids of another form, and refuse this one as invalid.
      if (!(error instanceof SluiceError) || (error.status !== 404 && error.status !== 422)) throw error;
      if (folder === "jobs") unknown = error;
    }
  }
  throw unknown;
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
