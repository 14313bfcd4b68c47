import { Argument, Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { completionScript, type Shell, shells } from "../completion-scripts.ts";
import { examples } from "../examples.ts";

/** `sluice completion`: prints a shell's completion script. */
export const completionCommand = (cli: Cli) =>
  new Command("completion")
    .summary("print a script that completes commands in your shell")
    .description("Prints a completion script for commands, options and the names of the built-in tasks.")
    .addArgument(new Argument("<shell>").choices(shells))
    .addHelpText(
      "after",
      examples(
        [`eval "$(sluice completion bash)"`, "in ~/.bashrc"],
        [`eval "$(sluice completion zsh)"`, "in ~/.zshrc, after compinit"],
        ["sluice completion fish > ~/.config/fish/completions/sluice.fish", "once"],
      ),
    )
    .action((shell: Shell, _options, command) => {
      cli.out.write(completionScript(shell, rootOf(command), cli.catalog));
    });

function rootOf(command: CommandUnknownOpts): CommandUnknownOpts {
  return command.parent ? rootOf(command.parent) : command;
}
