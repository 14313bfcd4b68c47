import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { printTable } from "../output/table.ts";

/** `sluice settings`: shows the settings in force. */
export const settingsCommand = (cli: Cli) =>
  new Command("settings")
    .summary("show the settings in force that differ from their defaults")
    .description(
      "Shows the settings of the stage that differ from their defaults (admin keys). To change them, deploy the stage.",
    )
    .argument("[text]", "only settings whose name contains this text, including those with their default value")
    .option("--all", "also show settings with their default value")
    .addHelpText(
      "after",
      examples(["sluice settings", "what was set"], ["sluice settings llm", "all settings of the language model"]),
    )
    .action(async (text, { all }) => {
      const { settings } = await cli.client().settings();
      const wanted = settings.filter(({ name, value, default: unset }) =>
        text === undefined ? all || value !== unset : name.includes(text.toUpperCase()),
      );
      cli.print({ settings: wanted }, (shown) => {
        printTable(
          cli.out,
          [
            { title: "NAME", value: ({ name }) => name },
            { title: "VALUE", value: ({ value }) => value, flexible: true },
            { title: "DEFAULT", value: ({ default: unset }) => unset, flexible: true },
          ],
          shown.settings,
        );
      });
    });
