/**
 * The embedded stack: runs the synthesized templates on this machine, and nothing that is not in them.
 *
 * @module
 */

import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepApiKey, seedApiKey } from "./api-key.ts";
import { assemblyFor } from "./assembly-cache.ts";
import { type DataDir, takeDataDir } from "./data-dir.ts";
import { Gateway } from "./gateway/gateway.ts";
import { FunctionPool, type Running } from "./lambda/pool.ts";
import type { Outcome } from "./lambda/process.ts";
import { copyRuntime } from "./lambda/runtime-copy.ts";
import { type StackLog, silentLog } from "./log.ts";
import { createRunning, type RunningDeployment, tablesOf } from "./running.ts";
import { ACCOUNT } from "./services/guard-server.ts";
import type { ObserveCall } from "./services/observed-calls.ts";
import { type ClientConfig, type Services, startServices } from "./services/services.ts";
import type { Resource } from "./template/deployment.ts";

/** What the embedded stack is started with. */
export interface StackOptions {
  /** Port of the HTTP API on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  /** An admin key of project `default`; else one is made. */
  readonly apiKey?: string | undefined;
  /** Keeps jobs, queues, files and the key across restarts; without one they are gone at the end. */
  readonly dataDir?: string | undefined;
  /** Divides backoff settings and the intervals of `rate(...)` schedules. */
  readonly timeScale?: number;
  /** Settings for the synthesis (contracts/settings/settings.ts). Nothing else of this process's environment counts. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A ready cloud assembly instead of a synthesis. */
  readonly assembly?: string;
  /** Makes a cloud assembly in place of Sluice's own app, at the start and before each reload. @returns its folder */
  readonly synthesize?: () => Promise<string>;
  /** The stage of the assembly that is run; needed when it has several. */
  readonly stage?: string | undefined;
  /** Values of Secrets Manager's secrets and SSM's parameters, by name. */
  readonly secrets?: ReadonlyMap<string, string>;
  readonly log?: StackLog;
  /** Is told of each call of AWS that functions, and Lambda in front of them, make. */
  readonly observe?: ObserveCall;
  /** Is told when the stack can no longer keep its data, and should be stopped. @default a warning in the log */
  readonly failed?: (error: Error) => void;
}

/** A function of the template. */
export interface StackFunction {
  readonly name: string;
  readonly arn: string;
  /** Calls it directly and waits. */
  invoke(event: unknown): Promise<Outcome>;
  /** What it works on now, oldest first. */
  running(): Running[];
}

/** A running embedded stack. */
export interface Stack {
  readonly url: string;
  readonly apiKey: string;
  /** Configurations for AWS SDK clients. */
  readonly endpoints: {
    readonly sqs: ClientConfig;
    readonly sns: ClientConfig;
    readonly s3: ClientConfig & { readonly forcePathStyle: true };
    readonly dynamodb: ClientConfig;
    readonly kms: ClientConfig;
    readonly lambda: ClientConfig;
    readonly secretsManager: ClientConfig;
    readonly ssm: ClientConfig;
  };
  /** @throws Error when there is no such resource, or several stacks have one */
  resource(logicalId: string): Resource;
  resources(type: string): Resource[];
  /** By name, or by the end of it (`api` for `sluice-local-api`). @throws Error when there is no such function */
  functions(name: string): StackFunction;
  /** What all functions work on now. */
  running(): Running[];
  /** Continues with another template; data and port are kept. Synthesizes one when `assembly` is not given. */
  reload(assembly?: string): Promise<void>;
  /**
   * Stops receiving, lets what is in flight end, then closes everything. Safe to call again.
   * @param graceMs how long what is in flight may take
   */
  stop(graceMs?: number): Promise<void>;
}

const REGION = "us-east-1";
const DEFAULT_GRACE_MS = 30_000;

/**
 * Starts the stack and resolves when it takes requests.
 * @throws Error when the port is taken, the synthesis fails or the template holds what cannot be run
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { log = silentLog, failed = (error: Error) => log.warn(error.message) } = options;
  const scratch = await mkdtemp(join(tmpdir(), "sluice-"));
  /** For an exit that does not wait for `stop`. */
  const removeScratch = () => rmSync(scratch, { recursive: true, force: true });
  process.once("exit", removeScratch);
  const gateway = new Gateway(log);
  let data: DataDir | undefined;
  let starting: Promise<Services> | undefined;
  let running: RunningDeployment | undefined;

  const assemble = async (assembly: string | undefined): Promise<string> => {
    if (assembly !== undefined) return assembly;
    const started = performance.now();
    if (options.synthesize) return await options.synthesize();
    const directory = await assemblyFor(options.env ?? {}, () => log.info("Synthesizing the template ..."));
    log.debug(`template ready in ${Math.round(performance.now() - started)} ms: ${directory}`);
    return directory;
  };

  const close = async (graceMs: number): Promise<void> => {
    await Promise.all([gateway.close(graceMs), running?.stop(graceMs)]);
    const services = await starting?.catch(() => undefined);
    await services?.close();
    await Promise.all([data?.release(), rm(scratch, { recursive: true, force: true })]);
    process.off("exit", removeScratch);
  };

  try {
    const url = await gateway.listen(options.port ?? 0);
    if (options.dataDir !== undefined) data = await takeDataDir(options.dataDir);
    const dataDir = data?.path;
    const origins = [url, url.replace("127.0.0.1", "localhost")];
    const assembling = assemble(options.assembly);
    const place = { region: REGION, account: ACCOUNT, apiUrl: url, stage: options.stage };
    // Only tables that are there already can differ from it: in memory, nothing waits for the template.
    const wanted = dataDir === undefined ? [] : await tablesOf(await assembling, place);
    starting = startServices({
      wanted,
      ...{ region: REGION, dataDir, wasKilled: data?.wasKilled, origins, log, observe: options.observe, failed },
      secrets: options.secrets ?? new Map(),
    });
    const [directory, ready, runtime, apiKey] = await Promise.all([
      assembling,
      starting,
      copyRuntime(scratch),
      options.apiKey ?? keepApiKey(dataDir),
    ]);
    const { timeScale = 1 } = options;
    const run = async (from: string): Promise<RunningDeployment> => {
      const started = performance.now();
      const next = await createRunning(from, {
        services: ready,
        region: REGION,
        account: ACCOUNT,
        apiUrl: url,
        timeScale,
        stage: options.stage,
        vectorsPath: join(dataDir ?? scratch, "vectors.sqlite"),
        runtime,
        log,
      });
      await seedApiKey(apiKey, next.tables, ready.dynamodb);
      log.debug(`resources made in ${Math.round(performance.now() - started)} ms`);
      return next;
    };
    let current = await run(directory);
    running = current;
    current.start();
    gateway.use(current.api);
    let stopped: Promise<void> | undefined;
    return {
      url,
      apiKey,
      endpoints: {
        sqs: ready.clientConfig("sqs"),
        sns: ready.clientConfig("sns"),
        s3: { ...ready.clientConfig("s3"), forcePathStyle: true },
        dynamodb: ready.clientConfig("dynamodb"),
        kms: ready.clientConfig("kms"),
        lambda: ready.clientConfig("lambda"),
        secretsManager: ready.clientConfig("secretsManager"),
        ssm: ready.clientConfig("ssm"),
      },
      resource(logicalId) {
        const [found, another] = current.deployment.resources.filter((each) => each.logicalId === logicalId);
        if (!found || another)
          throw new Error(`${found ? "Several stacks have" : "There is no"} resource ${logicalId}.`);
        return found;
      },
      resources: (type) => current.deployment.ofType(type),
      functions: (name) => findFunction(current, name),
      running: () => [...current.functions.values()].flatMap((pool) => pool.running()),
      async reload(assembly) {
        const next = await run(await assemble(assembly));
        const old = current;
        current = next;
        running = next;
        gateway.use(next.api);
        await old.stop(DEFAULT_GRACE_MS);
        next.start();
      },
      stop(graceMs = DEFAULT_GRACE_MS) {
        stopped ??= close(graceMs);
        return stopped;
      },
    };
  } catch (error) {
    await close(0);
    throw error;
  }
}

function findFunction({ functions, deployment }: RunningDeployment, name: string): StackFunction {
  const byLogicalId = deployment.ofType("AWS::Lambda::Function").find(({ logicalId }) => logicalId === name)?.ref;
  const pools = [...functions.values()];
  const pool =
    pools.find(({ config }) => config.name === (byLogicalId ?? name)) ??
    pools.find(({ config }) => config.name.endsWith(`-${name}`));
  if (!(pool instanceof FunctionPool)) {
    throw new Error(`There is no function ${name}; there are ${pools.map(({ config }) => config.name).join(", ")}.`);
  }
  return {
    name: pool.config.name,
    arn: pool.config.arn,
    invoke: (event) => pool.invoke(JSON.stringify(event)),
    running: () => pool.running(),
  };
}
