import { text as readAll } from "node:stream/consumers";
import { Command, Option } from "@commander-js/extra-typings";
import { hasOwnAddress, llmProviderTypes } from "../../contracts/llm/providers.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { usage } from "../exit-codes.ts";
import { confirm } from "../input/confirm.ts";
import { printTable } from "../output/table.ts";

const listOf = (text: string): string[] =>
  text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");

/** `sluice providers`: the providers that configs may name. */
export const providersCommand = (cli: Cli) =>
  new Command("providers")
    .summary("define providers of language models")
    .description(
      "A provider is a model server with its address and key, stored encrypted in SSM. Configs can only name a provider; they cannot contain an address or a key. Defining one requires an admin key.",
    )
    .addHelpText(
      "after",
      examples(
        ["sluice providers set claude --type anthropic --key-stdin < key.txt", "with its key"],
        ["sluice providers set local --type llamacpp --base-url http://10.0.0.5:8080/v1", "a server of your own"],
        ["sluice providers list", "what configs may name"],
      ),
    )
    .addCommand(
      new Command("set")
        .description("Creates or replaces a provider. Values that are not specified, including the key, are not kept.")
        .argument("<name>")
        .addOption(new Option("--type <type>", "what it speaks").choices(llmProviderTypes).makeOptionMandatory())
        .option("--base-url <url>", "its base URL, including the version (default: the provider's own address)")
        .option("--region <region>", "of Bedrock (default: the stage's own)")
        .option("--models <models>", "the models that configs can name, separated by commas (default: any)", listOf)
        .option("--projects <projects>", "which projects may use it, joined by commas (default: all)", listOf)
        .option("--key-stdin", "read its key from standard input, so that it does not appear in the list of processes")
        .action(async (name, { type, baseUrl, region, models, projects, keyStdin }) => {
          if (baseUrl === undefined && !hasOwnAddress(type))
            throw usage(`--base-url is needed for a server of type ${type}.`);
          const key = keyStdin ? (await readAll(cli.stdin)).trim() : undefined;
          if (key === "") throw usage("There is no key on standard input.");
          const body = { type, base_url: baseUrl, region, models, projects, api_key: key };
          cli.print(await cli.client().llm.setProvider(name, body), () => cli.out.line(`${name} is defined.`));
        }),
    )
    .addCommand(
      new Command("list")
        .alias("ls")
        .description("Lists providers. Their keys are never shown.")
        .action(async () => {
          cli.print(await cli.client().llm.providers(), ({ providers }) => {
            printTable(
              cli.out,
              [
                { title: "PROVIDER", value: (each) => each.name },
                { title: "TYPE", value: (each) => each.type },
                { title: "KEY", value: (each) => (each.has_key ? "yes" : "no") },
                { title: "MODELS", value: (each) => each.models?.join(",") ?? "any", flexible: true },
                { title: "PROJECTS", value: (each) => each.projects?.join(",") ?? "all", flexible: true },
                { title: "URL", value: (each) => each.base_url ?? "-", flexible: true },
              ],
              providers,
            );
          });
        }),
    )
    .addCommand(
      new Command("delete")
        .description("Deletes a provider and its key. From then on, jobs whose config names it fail.")
        .argument("<name>")
        .option("-y, --yes", "do not ask")
        .action(async (name, { yes }) => {
          await confirm(cli, `Delete the provider ${name} with its key?`, { yes });
          cli.print(await cli.client().llm.deleteProvider(name), () => cli.out.line(`${name} is deleted.`));
        }),
    );
