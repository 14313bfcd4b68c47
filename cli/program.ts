import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import project from "../package.json" with { type: "json" };
import type { Cli } from "./cli.ts";
import { commandGroups } from "./commands.ts";
import { exitCodes, usage } from "./exit-codes.ts";

/** All commands as one program. */
export function createProgram(cli: Cli): CommandUnknownOpts {
  const program = new Command("sluice")
    .description("Submit background tasks, follow their jobs, and operate the queues.")
    .version(project.version, "-V, --version")
    .option("--url <url>", "the API's base URL [env SLUICE_URL]")
    .option("--key <key>", "API key [env SLUICE_API_KEY]")
    .option("--profile <name>", "profile of ~/.config/sluice/config.json [env SLUICE_PROFILE]")
    .option("--json", "print the API's response as JSON, and errors as problem details")
    .helpCommand("help [command]", "show a command's help")
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({
      writeOut: (text) => cli.out.write(text),
      writeErr: (text) => cli.err.write(text),
      // main() reports errors, in one line.
      outputError: () => {},
      getOutHelpWidth: () => (cli.out.terminal ? cli.out.columns : 100),
      getErrHelpWidth: () => (cli.err.terminal ? cli.err.columns : 100),
    })
    .exitOverride()
    .addHelpText("after", footer());
  program.hook("preAction", (_, command) => {
    cli.options = program.opts();
    refuseEmpty(command);
  });
  for (const [group, commands] of Object.entries(commandGroups)) {
    for (const create of commands) {
      const command = create(cli);
      inherit(command, program);
      program.addCommand(command.helpGroup(`${group}:`));
    }
  }
  return program;
}

/** An argument that is empty is most often a variable that a script has not set. @throws CliError that names it */
function refuseEmpty({ registeredArguments, processedArgs }: CommandUnknownOpts): void {
  const empty = registeredArguments.find((_, at) => [processedArgs[at]].flat().includes(""));
  if (empty) throw usage(`<${empty.name()}> must not be empty.`);
}

/** Commands are made apart from the program, so they take over its ways with help and errors here. */
function inherit(command: CommandUnknownOpts, parent: CommandUnknownOpts): void {
  command.copyInheritedSettings(parent);
  for (const each of command.commands) inherit(each, command);
}

function footer(): string {
  const codes = Object.values(exitCodes).map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`);
  return `
Which API: --url and --key, else --profile, else SLUICE_URL and SLUICE_API_KEY, else SLUICE_PROFILE or the default
profile, else the embedded stack that runs on this machine (npm start).

Colours: on a terminal; NO_COLOR=1 and FORCE_COLOR=1 decide otherwise.

Exit codes:
${codes.join("\n")}`;
}
