import { Command } from "@commander-js/extra-typings";
import { llmConfigSchema } from "../../contracts/llm/configs.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { usage } from "../exit-codes.ts";
import { confirm } from "../input/confirm.ts";
import { readText } from "../input/file.ts";
import { parseWhole } from "../input/number.ts";
import { parseObject } from "../input/task-input.ts";
import { printTable } from "../output/table.ts";
import { formatAge } from "../output/time.ts";

/** `sluice configs`: stored configs of model calls. */
export const configsCommand = (cli: Cli) => {
  const age = (time: string): string => (cli.out.terminal ? formatAge(time) : time);
  return new Command("configs")
    .summary("store configs of model calls, in immutable versions")
    .description(
      "A config defines which provider and model are used, with which instructions, parameters and output schema.",
    )
    .addHelpText(
      "after",
      examples(
        ["sluice configs create support -f support.json", "the first version"],
        ["sluice configs update support -f support.json", "the next one"],
        ["sluice configs show support@1", "what a version holds"],
      ),
    )
    .addCommand(
      new Command("create")
        .description("Stores a config and prints its ID and version.")
        .argument("[id]", "its id (default: generated)")
        .requiredOption("-f, --file <file>", "a JSON file: provider, model, system, parameters, output_schema")
        .option("--project <id>", "project (admin keys)")
        .action(async (id, { file, project }) => {
          const body = { ...(await readContent(file)), id };
          const made = await cli.client().llm.createConfig(body, { project_id: project });
          cli.print(made, ({ id: own, version }) => cli.out.line(`${own}@${version}`));
        }),
    )
    .addCommand(
      new Command("update")
        .description("Adds a version to a config. Earlier versions do not change.")
        .argument("<id>")
        .requiredOption("-f, --file <file>", "a JSON file: provider, model, system, parameters, output_schema")
        .option("--project <id>", "project (admin keys)")
        .action(async (id, { file, project }) => {
          const made = await cli.client().llm.addVersion(id, await readContent(file), { project_id: project });
          cli.print(made, ({ version }) => cli.out.line(`${id}@${version}`));
        }),
    )
    .addCommand(
      new Command("list")
        .alias("ls")
        .description("Lists configs by id.")
        .option("-n, --limit <count>", "how many", parseWhole(1, 100), 20)
        .option("--cursor <cursor>", "continue after this page (its next_cursor)")
        .option("--project <id>", "project (admin keys)")
        .action(async ({ limit, cursor, project }) => {
          const page = await cli.client().llm.configs({ limit, cursor, project_id: project });
          cli.print(page, ({ configs, next_cursor }) => {
            printTable(
              cli.out,
              [
                { title: "CONFIG", value: (each) => each.id },
                { title: "LATEST", value: (each) => String(each.latest_version) },
                { title: "UPDATED", value: (each) => age(each.updated_at) },
              ],
              configs,
            );
            if (next_cursor !== null && cli.err.terminal) cli.err.line(`There are more: --cursor ${next_cursor}`);
          });
        }),
    )
    .addCommand(
      new Command("versions")
        .description("Lists the versions of a config, newest first.")
        .argument("<id>")
        .option("--project <id>", "project (admin keys)")
        .action(async (id, { project }) => {
          cli.print(await cli.client().llm.versions(id, { project_id: project }), ({ versions }) => {
            printTable(
              cli.out,
              [
                { title: "VERSION", value: (each) => `${each.id}@${each.version}` },
                { title: "PROVIDER", value: (each) => each.provider },
                { title: "MODEL", value: (each) => each.model ?? "-", flexible: true },
                { title: "CREATED", value: (each) => age(each.created_at) },
              ],
              versions,
            );
          });
        }),
    )
    .addCommand(
      new Command("show")
        .description("Prints the contents of a version as JSON.")
        .argument("<id[@version]>", "the latest version when left out")
        .option("--project <id>", "project (admin keys)")
        .action(async (name, { project }) => {
          const [id = "", version] = name.split("@");
          cli.print(await cli.client().llm.config(id, version, { project_id: project }), (found) =>
            cli.out.line(JSON.stringify(found, null, 2)),
          );
        }),
    )
    .addCommand(
      new Command("delete")
        .description("Deletes a config. Jobs that were submitted with it are not affected.")
        .argument("<id>")
        .option("--project <id>", "project (admin keys)")
        .option("-y, --yes", "do not ask")
        .action(async (id, { project, yes }) => {
          await confirm(cli, `Delete the config ${id} with all its versions?`, { yes });
          cli.print(await cli.client().llm.deleteConfig(id, { project_id: project }), () =>
            cli.out.line(`${id} is deleted.`),
          );
        }),
    );
};

/** What a config holds, checked before it is sent. @throws CliError that names the field */
async function readContent(file: string) {
  const parsed = llmConfigSchema.safeParse(parseObject(await readText(file), file));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw usage(`${file}: /${issue?.path.join("/") ?? ""} ${issue?.message ?? ""}`);
}
