import { text as readAll } from "node:stream/consumers";
import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { usage } from "../exit-codes.ts";
import { parseNumber, parseWhole } from "../input/number.ts";
import { parseObject, readText } from "../input/task-input.ts";
import { printValue } from "../output/job.ts";
import { printable } from "../output/text.ts";

/** `sluice call` */
export const callCommand = (cli: Cli) =>
  new Command("call")
    .summary("ask the language model directly, without a queue")
    .description(
      "Sends one prompt to the deployment's language model (POST /llm/call) and prints the answer. Nothing is queued, " +
        "retried or kept, and the answer must come within 25 s: submit a task for what takes longer.\n\n" +
        "The prompt comes from the argument, --file or standard input.",
    )
    .argument("[prompt]")
    .option("-f, --file <file>", "read the prompt from a file")
    .option("--system <text>", "instructions to the model")
    .option("--schema <file>", "a JSON Schema of type object: the answer is printed as such an object")
    .option("--max-tokens <count>", "most tokens of the answer", parseWhole(1, 200_000))
    .option("--temperature <number>", "0 is the most predictable, 2 the least", parseNumber(0, 2))
    .option("--project <id>", "project whose tokens these are (admin keys)")
    .addHelpText(
      "after",
      examples(
        [`sluice call "Name three rivers."`, "one prompt"],
        [`cat mail.txt | sluice call --system "Answer politely."`, "a prompt from a pipe"],
        ["sluice call -f mail.txt --schema order.json", "JSON that fits a schema"],
      ),
    )
    .action(async (argument, { file, system, schema, maxTokens, temperature, project }) => {
      const answer = await cli.client().call("POST /api/v1/llm/call", {
        query: { project_id: project },
        body: {
          prompt: await readPrompt(cli, argument, file),
          ...(system !== undefined && { system }),
          ...(schema !== undefined && { schema: parseObject(await readText(schema), schema) }),
          ...(maxTokens !== undefined && { max_tokens: maxTokens }),
          ...(temperature !== undefined && { temperature }),
        },
      });
      cli.print(answer, ({ text, object, truncated }) => {
        if (object) printValue(cli.out, object);
        else cli.out.line(cli.out.terminal ? printable(text) : text);
        if (truncated) cli.err.line("The answer was cut at the most tokens it may have: see --max-tokens.");
      });
    });

/** @throws CliError when there is no prompt */
async function readPrompt(cli: Cli, argument: string | undefined, file: string | undefined): Promise<string> {
  if (argument !== undefined && file !== undefined) throw usage("Give a prompt or --file, not both.");
  if (argument !== undefined) return argument;
  if (file !== undefined) return await readText(file);
  const piped = cli.stdin.isTTY ? "" : await readAll(cli.stdin);
  if (piped.trim() === "") throw usage("Give a prompt, --file, or text on standard input.");
  return piped;
}
