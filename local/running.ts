import { availableParallelism } from "node:os";
import { type Api, readApi } from "./gateway/api.ts";
import { readPermissions } from "./iam/permissions.ts";
import { createFunctions } from "./lambda/functions.ts";
import type { FunctionPool } from "./lambda/pool.ts";
import type { StackLog } from "./log.ts";
import { checkPolling, createPollers, type Mapping, readMappings } from "./mappings/mappings.ts";
import type { Poller } from "./mappings/poller.ts";
import { createBuckets } from "./s3/buckets.ts";
import { announce, deliver } from "./s3/notifications.ts";
import { readSchedules, Scheduler } from "./schedules/schedules.ts";
import type { WantedTable } from "./services/change-indexes.ts";
import { createQueues } from "./services/queues.ts";
import { startRetention } from "./services/retention.ts";
import type { Services } from "./services/services.ts";
import { createTables, type Table, wantedTables } from "./services/tables.ts";
import { createTopics } from "./services/topics.ts";
import { startTtl } from "./services/ttl.ts";
import { type Assembly, readAssembly } from "./template/assembly.ts";
import { type Deployment, deploy } from "./template/deployment.ts";

/** One synthesized template at work: what is replaced when the code changes, while data and port stay. */
export interface RunningDeployment {
  readonly deployment: Deployment;
  readonly api: Api | undefined;
  readonly tables: readonly Table[];
  /** By ARN. */
  readonly functions: ReadonlyMap<string, FunctionPool>;
  /** Begins to receive messages and to run schedules. */
  start(): void;
  /** Receives nothing more, lets what is in flight end for `graceMs` at most, then kills it. */
  stop(graceMs: number): Promise<void>;
}

/** What the embedded stack is started with. */
export interface RunningOptions {
  readonly services: Services;
  readonly region: string;
  readonly account: string;
  readonly apiUrl: string;
  readonly timeScale: number;
  /** Which of the assembly's stages; needed when it has several. */
  readonly stage?: string | undefined;
  /** File of vectors, in place of S3 Vectors. */
  readonly vectorsPath: string;
  /** The functions' runtime without types. */
  readonly runtime: string;
  readonly log: StackLog;
}

/** For functions that no queue feeds, such as the API: requests beyond it wait. */
const DIRECT_CONCURRENCY = Math.max(4, availableParallelism() * 2);

/** The tables that an assembly asks for, before any service runs. */
export async function tablesOf(
  directory: string,
  { stage, ...place }: Pick<RunningOptions, "region" | "account" | "apiUrl" | "stage">,
): Promise<WantedTable[]> {
  // No table has a queue's URL in it.
  return wantedTables(deploy(await readAssembly(directory, stage), { ...place, sqsUrl: place.apiUrl }));
}

/** @throws TemplateError when the template cannot be run */
export async function createRunning(directory: string, options: RunningOptions): Promise<RunningDeployment> {
  const { services, region, account, apiUrl, timeScale, log } = options;
  const assembly: Assembly = await readAssembly(directory, options.stage);
  const deployment = deploy(assembly, { region, account, sqsUrl: services.endpoints.sqs, apiUrl });
  const queues = createQueues(deployment, services.emulator.queues);
  createTopics(deployment, region, { store: services.emulator.topics, log });
  const { cors, notifications } = createBuckets(deployment, services.emulator.objects);
  const tables = await createTables(deployment, services.dynamodb);
  const permissions = readPermissions(deployment);
  await services.permit(permissions);
  const mappings = readMappings(deployment, functionArns(deployment));
  checkPolling(mappings, permissions);
  const functions = await createFunctions(deployment, {
    assets: assembly.assets,
    region,
    endpoints: services.endpoints,
    credentials: services.credentials,
    timeScale,
    vectorsPath: options.vectorsPath,
    concurrency: (arn) => concurrencyOf(arn, mappings),
    pool: { runtime: options.runtime, log },
  });
  const parts = { functions, queues, client: services.sqs, log };
  const pollers = createPollers(mappings, { ...parts, region });
  const schedules = readSchedules(deployment, timeScale);
  const api = readApi(deployment, { region, account, functions });
  let scheduler: Scheduler | undefined;
  let stopTtl = async (): Promise<void> => {};
  let stopRetention = (): void => {};
  return {
    deployment,
    api,
    tables,
    functions,
    start() {
      const targets = { ...parts, rules: notifications, region };
      services.s3.use(cors, (event) => void deliver(event, targets));
      void announce(targets);
      services.mappings.use(
        pollers.map((poller) => ({ ...poller.config, setEnabled: (enabled) => poller.setEnabled(enabled) })),
      );
      for (const poller of pollers) poller.start();
      scheduler = new Scheduler(schedules, parts);
      stopTtl = startTtl(tables, services.dynamodb, log);
      stopRetention = startRetention(services.emulator.queues);
    },
    async stop(graceMs) {
      for (const poller of pollers) poller.stopReceiving();
      stopRetention();
      const quiet = Promise.all([drain(pollers, services), scheduler?.stop()]);
      // Pools wait for the work of pollers, schedules and requests alike, so they hold the time limit.
      await Promise.all([...functions.values()].map((pool) => pool.stop(graceMs)));
      await Promise.all([quiet, stopTtl()]);
    },
  };
}

/** Wakes polls that wait for messages until every poller has ended. */
async function drain(pollers: readonly Poller[], services: Services): Promise<void> {
  const wake = setInterval(() => services.emulator.queues.shutdown(), 20);
  await Promise.all(pollers.map((poller) => poller.drained()));
  clearInterval(wake);
}

/** Functions' ARNs by ARN and by name, as mappings may use either. */
function functionArns(deployment: Deployment): Map<string, string> {
  const arns = new Map<string, string>();
  for (const resource of deployment.ofType("AWS::Lambda::Function")) {
    const arn = String(resource.attribute("Arn"));
    arns.set(arn, arn).set(resource.ref, arn);
  }
  return arns;
}

/** A queue's function may run the batches of all its mappings, and one more event. */
function concurrencyOf(arn: string, mappings: readonly Mapping[]): number {
  const own = mappings.filter((mapping) => mapping.functionArn === arn);
  if (own.length === 0) return DIRECT_CONCURRENCY;
  return own.reduce((sum, mapping) => sum + mapping.maxConcurrency, 1);
}
