import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { readText } from "../input/file.ts";
import { parseNumber, parseWhole } from "../input/number.ts";
import { readPrompt } from "../input/prompt.ts";
import { parseObject } from "../input/task-input.ts";
import { printValue } from "../output/job.ts";
import { printable } from "../output/text.ts";

/** `sluice complete` */
export const completeCommand = (cli: Cli) =>
  new Command("complete")
    .summary("ask the language model directly, without a queue")
    .description(
      "Sends one prompt to the stage's default language model (POST /llm/complete) and prints the answer. Nothing is queued, retried or stored, and the answer must come within 25 s. Submit a task for anything that takes longer.\n\n" +
        "The prompt comes from the argument, --file or standard input.",
    )
    .argument("[prompt]")
    .option("-f, --file <file>", "read the prompt from a file; - is standard input")
    .option("--system <text>", "instructions for the model")
    .option("--schema <file>", "a JSON Schema of type object; the answer is printed as an object that matches it")
    .option("--max-tokens <count>", "maximum number of tokens of the answer", parseWhole(1, 200_000))
    .option("--temperature <number>", "0 is the most predictable, 2 the least", parseNumber(0, 2))
    .option("--project <id>", "project whose tokens these are (admin keys)")
    .addHelpText(
      "after",
      examples(
        [`sluice complete "Name three rivers."`, "one prompt"],
        [`cat mail.txt | sluice complete --system "Answer politely."`, "a prompt from a pipe"],
        ["sluice complete -f mail.txt --schema order.json", "JSON that fits a schema"],
      ),
    )
    .action(async (argument, { file, system, schema, maxTokens, temperature, project }) => {
      const answer = await cli.client().call("POST /api/v1/llm/complete", {
        query: { project_id: project },
        body: {
          prompt: await readPrompt(cli, { argument, file }),
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
