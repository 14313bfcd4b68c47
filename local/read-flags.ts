import { type ParseArgsConfig, parseArgs } from "node:util";

/**
 * The options of a command's line. Ends the process with 2, and without a stack trace, when it has others.
 * @param help what is said below the fault
 */
export function readFlags<Config extends ParseArgsConfig>(config: Config, help = "--help lists the options.") {
  try {
    return parseArgs(config);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${help}\n`);
    process.exit(2);
  }
}
