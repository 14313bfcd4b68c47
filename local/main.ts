/**
 * `npm start` and `npm run dev`: the embedded stack until Ctrl-C.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { catalog } from "../contracts/catalog.ts";
import { removeEndpointFile, writeEndpointFile } from "./endpoint-file.ts";
import { keptLog, type StackLog, terminalLog } from "./log.ts";
import { modelServerHint } from "./model-servers.ts";
import { readOptions, settingsOfTasks } from "./options.ts";
import { findOwnApp } from "./own-app.ts";
import { readFlags } from "./read-flags.ts";
import { onShutdown } from "./shutdown.ts";
import { type Stack, startStack } from "./stack.ts";
import { watchApp, watchSources } from "./watch.ts";

const HELP = `Runs Sluice on this machine: HTTP API, queues, functions, table and files, without Docker or an AWS account.

  npm start                 until Ctrl-C; a second Ctrl-C ends it at once
  npm run dev               the same, reloading when a source file changes
  sluice dev                the same in a folder with a CDK app of your own: the stage that the app has

Environment, or a file .env (what is in the environment wins):
  SLUICE_PORT=4600          port on 127.0.0.1; 0 takes a free one
  SLUICE_API_KEY=...        an admin key; without one it is generated and printed
  SLUICE_DATA_DIR=...       keeps jobs, queues, files and the key across restarts
  SLUICE_TIME_SCALE=1       divides retry backoff and schedule rates
  LLM_BACKEND=embedded ...  every setting of .env.sample; unset, a model server on its usual port is named
  LLM_API_KEY=...           the model server's key
  SLUICE_SECRETS='{...}'     secrets by name, as JSON

Options:
  --watch                   reload on change
  --assembly DIR            runs a synthesized cdk.out instead of synthesizing
  --stage NAME              which stage of the app, when it has several
  --debug                   print timings and function errors
  --help                    this text`;

/** How long jobs in flight may take to end; what cannot be written need not be waited for. */
const GRACE_MS = { usual: 30_000, failed: 1_000 };

const { values } = readFlags({
  options: {
    watch: { type: "boolean" },
    assembly: { type: "string" },
    stage: { type: "string" },
    debug: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  },
});

let stopping = false;

async function main(): Promise<void> {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const log = keptLog(terminalLog({ debug: values.debug ?? false }));
  const began = performance.now();
  let grace = GRACE_MS.usual;
  const app = await findOwnApp(process.cwd());
  const starting = startStack({
    ...readOptions(process.env, settingsOfTasks(catalog)),
    ...(values.assembly === undefined ? {} : { assembly: values.assembly }),
    ...(app && { synthesize: () => app.synthesize(log) }),
    stage: values.stage,
    log,
    failed: (error) => {
      console.error(error.message);
      process.exitCode = 1;
      grace = GRACE_MS.failed;
      process.emit("SIGTERM", "SIGTERM");
    },
  });
  let stack: Stack | undefined;
  let endWatch = (): void => {};
  onShutdown(async () => {
    stopping = true;
    endWatch();
    stack ??= await starting.catch(() => undefined);
    if (!stack) return;
    removeEndpointFile();
    const open = stack.running().length;
    log.info(open > 0 ? `Stopping; waiting for ${open} in flight ...` : "Stopping ...");
    await stack.stop(grace);
  });
  stack = await starting;
  const { url, apiKey } = stack;
  const logFile = writeEndpointFile(url, apiKey);
  if (logFile !== undefined) log.keepIn(logFile);
  log.info(`Started in ${((performance.now() - began) / 1_000).toFixed(1)} s. Ctrl-C stops.`);
  const changed = (file: string) => reload(file, stack);
  if (values.watch) endWatch = app ? watchApp(process.cwd(), changed) : watchSources(changed);
  console.log(`ready ${url}`);
  console.log(`key ${apiKey}`);
  console.log(`console ${url}/console`);
  console.log(
    `try curl -s ${url}/api/v1/tasks/health_check -H 'Authorization: Bearer ${apiKey}' -d '{"input":{"echo":"hello"}}'`,
  );
  if (!process.env.LLM_BACKEND) void showModelServer(url, log);
}

/** After `ready`, so that a slow answer delays nothing. Not when LLM_BACKEND is set. */
async function showModelServer(url: string, log: StackLog): Promise<void> {
  const hint = await modelServerHint({ except: Number(new URL(url).port) });
  if (hint !== undefined && !stopping) log.info(hint);
}

async function reload(file: string, stack: Stack | undefined): Promise<void> {
  const began = performance.now();
  console.error(`${file} changed.`);
  try {
    await stack?.reload();
    console.error(`Reloaded in ${((performance.now() - began) / 1_000).toFixed(1)} s.`);
  } catch (error) {
    console.error(
      `Not reloaded, the old functions continue to run: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

if (values.help) {
  console.log(HELP);
} else {
  main().catch((error: unknown) => {
    // Ctrl-C reaches the synthesis too; what it then says is not news.
    if (stopping) return;
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
}
