/**
 * What every command works with: where to write, whom to ask, and when to stop.
 *
 * @module
 */

import { type Client, createClient } from "../client/index.ts";
import type { Catalog } from "../contracts/define-catalog.ts";
import { type Endpoint, type EndpointOptions, findEndpoint } from "./connection/endpoint.ts";
import type { Exit } from "./exit-codes.ts";
import { createScreen, type Screen, type Stream } from "./output/screen.ts";

/** Options that every command takes. */
export interface GlobalOptions extends EndpointOptions {
  readonly json?: boolean | undefined;
}

/** Standard input: a terminal, a pipe or a file. */
export interface Stdin extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  /** Gives keys as they are pressed; a terminal has it. */
  setRawMode?(raw: boolean): unknown;
}

/** What a command works with: streams, client, options and signal. */
export interface Cli {
  /** The tasks that this program knows without asking the API. */
  readonly catalog: Catalog;
  /** Results: what a script reads. */
  readonly out: Screen;
  /** Progress, hints and errors. */
  readonly err: Screen;
  readonly stdin: Stdin;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** The options that every command takes, once they are parsed. */
  options: GlobalOptions;
  /** How the command ends when nothing is thrown. */
  exit: Exit;
  /** @throws CliError when there is no API to talk to */
  endpoint(): Endpoint;
  /** The client of that API; calls end with Ctrl-C. */
  client(): Client;
  /** Prints the API's answer as it is under `--json`, else what `text` makes of it. */
  print<Value>(value: Value, text: (value: Value) => void): void;
}

/** What {@link createCli} is made from; tests give their own streams and environment. */
export interface CliParts {
  readonly catalog: Catalog;
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly stdin: Stdin;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Builds what the commands share. The client connects when it is first used. */
export function createCli({ catalog, stdout, stderr, stdin, env, signal }: CliParts): Cli {
  let endpoint: Endpoint | undefined;
  const cli: Cli = {
    catalog,
    out: createScreen(stdout, env),
    err: createScreen(stderr, env),
    stdin,
    env,
    signal,
    options: {},
    exit: "ok",
    endpoint() {
      endpoint ??= findEndpoint(cli.options, env);
      return endpoint;
    },
    client() {
      const { url, apiKey } = cli.endpoint();
      return createClient({ url, apiKey, signal });
    },
    print(value, text) {
      if (cli.options.json) cli.out.line(JSON.stringify(value, null, 2));
      else text(value);
    },
  };
  return cli;
}
