import { Command } from "@commander-js/extra-typings";
import { z } from "zod";
import { SluiceError } from "../../client/index.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { CliError, usage } from "../exit-codes.ts";
import { printValue } from "../output/job.ts";

const PATH = "/api/v1/llm/call";
/** Answers that mean: this deployment has no such route, or has it and does not do it yet. */
const REFUSALS: ReadonlySet<number | undefined> = new Set([404, 405, 501]);

const bodySchema = z.record(z.string(), z.unknown());

export const callCommand = (cli: Cli) =>
  new Command("call")
    .summary("call the language model directly, without a queue")
    .description(
      "Sends a prompt to the deployment's language model (POST /llm/call) and prints the answer. Nothing is queued or retried.",
    )
    .argument("[prompt]")
    .option("-i, --input <json>", "the request's body as a JSON object, for what the options do not cover")
    .option("--system <text>", "instructions to the model")
    .option("--max-tokens <count>", "upper bound of the answer", Number)
    .option("--temperature <number>", "0 is the most predictable", Number)
    .addHelpText("after", examples([`sluice call "Name three rivers."`, "one prompt"]))
    .action(async (prompt, { input, system, maxTokens, temperature }) => {
      const body = {
        ...(input !== undefined && parseBody(input)),
        ...(prompt !== undefined && { prompt }),
        ...(system !== undefined && { system }),
        ...(maxTokens !== undefined && { max_tokens: maxTokens }),
        ...(temperature !== undefined && { temperature }),
      };
      if (Object.keys(body).length === 0) throw usage("Give a prompt, or --input.");
      const answer = await cli
        .client()
        .request("POST", PATH, { body })
        .catch((error: unknown) => {
          if (!(error instanceof SluiceError) || !REFUSALS.has(error.status)) throw error;
          const reason = `${cli.endpoint().url} does not take direct model calls (POST /llm/call answered ${error.status}).`;
          throw new CliError("missing", `${reason} Submit a task instead: sluice tasks lists them.`, { cause: error });
        });
      cli.print(answer, (value) => printValue(cli.out, value));
    });

function parseBody(json: string): Record<string, unknown> {
  try {
    return bodySchema.parse(JSON.parse(json));
  } catch {
    throw usage("--input: must be a JSON object.");
  }
}
