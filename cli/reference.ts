/**
 * Writes docs/cli.md from the commands' own help. Run it as `npm run cli-docs`; a test keeps the page true.
 *
 * @module
 */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { catalog } from "../contracts/catalog.ts";
import { createCli } from "./cli.ts";
import { exitCodes } from "./exit-codes.ts";
import { createProgram } from "./program.ts";

/** The Markdown of docs/cli.md. */
export function cliPage(): string {
  let written = "";
  const stdout = {
    write(text: string) {
      written += text;
    },
  };
  const { signal } = new AbortController();
  const parts = { catalog, stdout, stderr: stdout, stdin: Readable.from([]), env: {}, signal };
  const program = createProgram(createCli(parts));
  const helpOf = (command: CommandUnknownOpts): string => {
    written = "";
    command.configureHelp({ ...command.configureHelp(), showGlobalOptions: false }).outputHelp();
    return written.trim();
  };
  const sections = program.commands.map((command) => {
    const parts = [command, ...command.commands].map((each) => `\`\`\`text\n${helpOf(each)}\n\`\`\`\n`);
    return `## ${command.name()}\n\n${parts.join("\n")}`;
  });
  const codes = Object.values(exitCodes).map(({ code, meaning }) => `| ${code} | ${meaning} |`);
  return page(sections.join("\n"), codes.join("\n"));
}

const page = (sections: string, codes: string): string => `# The command line

Run \`npx sluice COMMAND\` in the project's folder. To use the command \`sluice\` in every folder, and for shell completion,
run \`npm link\` once. This page is generated from the commands' own help by \`npm run cli-docs\`.

## Which API it uses

The command line uses the first of these that is set:

1. \`--url\` with \`--key\` (or \`SLUICE_API_KEY\`)
2. \`--profile NAME\`
3. \`SLUICE_URL\` with \`SLUICE_API_KEY\`
4. \`SLUICE_PROFILE\`
5. the \`default_profile\` of the configuration file
6. the embedded stack that \`npm start\` runs on this machine; you need not set anything

Profiles are in \`~/.config/sluice/config.json\` (or under \`XDG_CONFIG_HOME\`). A profile's key is sent only to that profile's
URL. If the key must not be in a file, use \`api_key_env\` to name an environment variable that contains it. \`stage\` and
\`region\` are for commands that use AWS directly (\`keys create --bootstrap\`, \`logs\`).

\`\`\`json
{
  "default_profile": "staging",
  "profiles": {
    "staging": { "url": "https://abc123.execute-api.eu-central-1.amazonaws.com", "api_key": "slc_..." },
    "prod": { "url": "https://...", "api_key_env": "SLUICE_PROD_KEY", "stage": "prod", "region": "eu-central-1" }
  }
}
\`\`\`

\`sluice doctor\` shows which API is used, and whether it works.

## Output

Results are written to standard output; progress, hints and errors to standard error. On a terminal, tables are aligned,
coloured and fitted to the width. In a pipe, they are tab-separated, complete and without a heading. \`--json\` prints the API's
answer, and errors as problem details (RFC 9457) on standard error. \`NO_COLOR\` turns colours off, \`FORCE_COLOR\` turns them on
everywhere. An error is one line that names the invalid field; \`SLUICE_DEBUG=1\` adds where the error occurred.

## Exit codes

| code | meaning |
| --- | --- |
${codes}

${sections}`;

if (import.meta.main) {
  await writeFile(join(import.meta.dirname, "../docs/cli.md"), cliPage());
  console.log("wrote docs/cli.md");
}
