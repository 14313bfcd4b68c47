/**
 * The output of `sluice` alone: which stack it uses, and what to do next there.
 *
 * @module
 */

import { extname } from "node:path";
import { AuthenticationError, SluiceError } from "../client/index.ts";
import type { Cli } from "./cli.ts";
import type { Endpoint } from "./connection/endpoint.ts";
import { CliError } from "./exit-codes.ts";
import { asCalled, printable } from "./output/text.ts";

type Step = readonly [command: string, about: string];

/** Installed as a package, this program starts the stage of the folder's app. */
const START = extname(import.meta.url) === ".ts" ? "npm start" : "sluice dev";
const ALL_COMMANDS: Step = ["sluice help", "all commands"];

/** @throws CliError for settings that do not fit, such as a profile that does not exist */
export async function showNextSteps(cli: Cli): Promise<void> {
  const endpoint = findStack(cli);
  if (!endpoint) {
    cli.exit = "unreachable";
    return say(cli, "No stack runs on this machine, and no other is named.", [
      [START, "start one here: no AWS account, no Docker"],
      ["npm run deploy", "deploy one to your AWS account"],
      ["sluice --url URL --key KEY list", "use one that is deployed; SLUICE_URL and SLUICE_API_KEY do the same"],
      ALL_COMMANDS,
    ]);
  }
  const where = `${endpoint.url} (${endpoint.source})`;
  try {
    const client = cli.client();
    const { project_id, scopes } = await client.call("GET /api/v1/keys/own");
    const { jobs } = await client.jobs.list({ limit: 1 });
    const first: Step = ["sluice submit summarize --file FILE --wait", "summarize a text, and wait for the result"];
    say(cli, `${where}\nProject ${project_id}, with a key for ${scopes.join(", ")}.`, [
      ...(jobs.length === 0 ? [first] : [["sluice list", "the latest jobs"] as const, first]),
      ["sluice tasks", "which tasks there are, and what they take"],
      ["sluice top", "queues, workers and jobs, live"],
      ["sluice open", "the console in a browser"],
      ALL_COMMANDS,
    ]);
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    cli.exit = "unreachable";
    const key: Step = ["sluice keys create --bootstrap", "make an admin key, with your AWS credentials"];
    const start: Step = [START, "start the stack of this machine"];
    say(cli, `${where}\n${printable(error.message)}`, [
      ["sluice doctor", "check address, key and settings, and say what to change"],
      error instanceof AuthenticationError ? key : start,
      ALL_COMMANDS,
    ]);
  }
}

function findStack(cli: Cli): Endpoint | undefined {
  try {
    return cli.endpoint();
  } catch (error) {
    if (error instanceof CliError && error.exit === "unreachable") return undefined;
    throw error;
  }
}

function say({ out, env }: Cli, found: string, given: readonly Step[]): void {
  const steps = given.map(([command, about]) => [asCalled(env, command), about] as const);
  const width = Math.max(...steps.map(([command]) => command.length));
  out.line(found);
  out.line("");
  for (const [command, about] of steps) out.line(`  ${out.paint(["bold"], command.padEnd(width))}  ${about}`);
}
