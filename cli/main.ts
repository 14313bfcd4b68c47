import { CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { catalog } from "../contracts/catalog.ts";
import { type CliParts, createCli } from "./cli.ts";
import { CliError, exitCodes, usage } from "./exit-codes.ts";
import { listingOf } from "./listings.ts";
import { showNextSteps } from "./next-steps.ts";
import { commandFor } from "./other-words.ts";
import { asCalled } from "./output/text.ts";
import { createProgram } from "./program.ts";
import { reportError } from "./report-error.ts";

/** The `sluice` command as a process: standard streams, Ctrl-C, exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const interrupt = new AbortController();
  const onSignal = () => {
    // The second one does not wait for anything.
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted.code);
    interrupt.abort(new CliError("interrupted", "Interrupted."));
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  // `sluice list | head` closes the pipe early.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 70));

  const { stdout, stderr, stdin, env } = process;
  process.exitCode = await run(argv, { stdout, stderr, stdin, env, signal: interrupt.signal });
  process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
}

/**
 * Runs one command. An error becomes one line, never a stack trace.
 * @returns the exit code
 */
export async function run(argv: readonly string[], parts: Omit<CliParts, "catalog">): Promise<number> {
  const cli = createCli({ catalog, ...parts });
  const program = createProgram(cli);
  try {
    if (argv.length === 0) await showNextSteps(cli);
    else await program.parseAsync(argv, { from: "user" });
  } catch (thrown) {
    const error = fromCommander(thrown, groupIn(argv, program));
    if (error === undefined) return exitCodes.ok.code;
    const { exit, line, problem } = reportError(error);
    if (cli.options.json || argv.includes("--json")) cli.err.line(JSON.stringify(problem));
    else cli.err.line(`${cli.err.paint(["red", "bold"], "sluice:")} ${asCalled(cli.env, line)}`);
    if (cli.env.SLUICE_DEBUG) console.error(error);
    return exitCodes[exit].code;
  }
  return exitCodes[cli.exit].code;
}

/** Commander throws where it would end the process: after help (undefined here) and for wrong arguments. */
function fromCommander(error: unknown, group: string | undefined): unknown {
  if (!(error instanceof CommanderError)) return error;
  if (error.exitCode === 0) return undefined;
  // Called with options and no command it has shown the help already.
  if (error.code === "commander.help") return usage("Give a command.");
  const message = error.message.replace(/^error: /, "").replaceAll("\n", " ");
  const named = /'([^']*)'/.exec(message)?.[1];
  if (error.code === "commander.missingArgument")
    return usage(sentences(message, listingOf(named?.replace(/-id$/, ""))));
  if (error.code !== "commander.unknownCommand") return usage(message);
  if (group !== undefined) return usage(sentences(message, `\`sluice ${group} --help\` lists its commands.`));
  const here = commandFor(named);
  return usage(here === undefined ? message : sentences(message.replace(/ \(Did you mean .*\)$/, ""), here));
}

const sentences = (first: string, then: string | undefined): string =>
  then === undefined ? first : `${first.replace(/[.]$/, "")}. ${then}`;

/** The group of commands that the arguments name, such as `dlq`. */
function groupIn(argv: readonly string[], program: CommandUnknownOpts): string | undefined {
  const groups = new Set(program.commands.filter(({ commands }) => commands.length > 0).map((each) => each.name()));
  return argv.find((word) => groups.has(word));
}
