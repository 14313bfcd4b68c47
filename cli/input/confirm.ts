import { createInterface } from "node:readline/promises";
import type { Cli } from "../cli.ts";
import { CliError, usage } from "../exit-codes.ts";

/**
 * Asks before something that cannot be undone. `--yes` answers for a script; a script without it is refused.
 * @throws CliError when the answer is not yes
 */
export async function confirm(
  cli: Cli,
  question: string,
  options: { readonly yes?: boolean | undefined },
): Promise<void> {
  if (options.yes) return;
  if (!cli.stdin.isTTY) throw usage(`${question} There is nobody to ask: give --yes.`);
  // The terminal itself shows what is typed.
  cli.err.write(`${question} [y/N] `);
  const lines = createInterface({ input: cli.stdin });
  try {
    const answer = await lines.question("", { signal: cli.signal });
    if (!/^y(es)?$/i.test(answer.trim())) throw new CliError("conflict", "Nothing was done.");
  } finally {
    lines.close();
  }
}
