import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";

/** `sluice init`: writes a CDK app with a stage of Sluice and tasks of its own. */
export const initCommand = (cli: Cli) =>
  new Command("init")
    .summary("begin an app with tasks of your own, in your own repository")
    .description(
      "Writes a CDK app with a Sluice stage, two tasks and their tests into this folder. Existing files are not changed, except that missing entries are added to package.json.",
    )
    .addHelpText("after", examples(["sluice init", "then: npm install && npx sluice dev"]))
    .action(async () => {
      const { copyTemplate } = await import("../scaffold/copy-template.ts");
      const made = await copyTemplate(process.cwd());
      cli.print(made, ({ created, changed, kept }) => {
        for (const path of created) cli.out.line(`${cli.out.paint("green", "created")}  ${path}`);
        for (const path of changed) cli.out.line(`${cli.out.paint("yellow", "changed")}  ${path}`);
        for (const path of kept) cli.out.line(`${cli.out.paint("dim", "kept   ")}  ${path}`);
        cli.err.line("Next: npm install, then npx sluice dev. Tasks are in sluice/app.ts.");
      });
    });
