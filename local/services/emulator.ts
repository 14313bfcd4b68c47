/**
 * SQS, SNS and S3 in this process, by fauxqs, on a free port of 127.0.0.1.
 *
 * @module
 */

import { mkdir } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import type { DatabaseSync } from "node:sqlite";
import { type BuildAppOptions, buildApp } from "fauxqs";
import { keepMessageGroups } from "./message-groups.ts";

type Stores = NonNullable<BuildAppOptions["stores"]>;
type FauxqsApp = ReturnType<typeof buildApp>;
/** The emulator's store of queues. */
export type QueueStore = Stores["sqsStore"];
/** The emulator's store of topics. */
export type TopicStore = Stores["snsStore"];
/** The emulator's store of objects. */
export type ObjectStore = Stores["s3Store"];

/** The emulator of SQS, SNS and S3. */
export interface Emulator {
  /** Base URL of all three services. */
  readonly url: string;
  readonly app: FauxqsApp;
  readonly queues: QueueStore;
  readonly topics: TopicStore;
  readonly objects: ObjectStore;
  close(): Promise<void>;
}

interface Persistence {
  readonly db: DatabaseSync;
  load(sqs: Stores["sqsStore"], sns: Stores["snsStore"], s3: Stores["s3Store"]): void;
  close(): void;
}

/**
 * fauxqs's own `startFauxqs` listens on every interface, so its parts are put together here. They are not among its
 * exports; the version is pinned exactly, and a test starts a stack with persistence.
 */
async function part<T>(file: string, name: string): Promise<T> {
  const module: Record<string, T> = await import(new URL(file, import.meta.resolve("fauxqs")).href);
  const found = module[name];
  if (found === undefined) throw new Error(`This version of fauxqs has no ${name} in ${file}.`);
  return found;
}

async function newStores(): Promise<Stores> {
  const [Sqs, Sns, S3] = await Promise.all([
    part<new () => Stores["sqsStore"]>("sqs/sqsStore.js", "SqsStore"),
    part<new () => Stores["snsStore"]>("sns/snsStore.js", "SnsStore"),
    part<new () => Stores["s3Store"]>("s3/s3Store.js", "S3Store"),
  ]);
  return { sqsStore: new Sqs(), snsStore: new Sns(), s3Store: new S3() };
}

/** Loads what an earlier run left, then writes every change through. */
async function persist(stores: Stores, directory: string, failed: (error: unknown) => void): Promise<Persistence> {
  await mkdir(directory, { recursive: true });
  const Manager = await part<new (directory: string) => Persistence>("persistence.js", "PersistenceManager");
  const written = new Manager(directory);
  giveBackWhole(written);
  releaseAll(written);
  const manager = watchWrites(written, failed);
  manager.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  Object.assign(stores.sqsStore, { persistence: manager });
  Object.assign(stores.snsStore, { persistence: manager });
  Object.assign(stores.s3Store, { persistence: manager });
  for (const queue of stores.sqsStore.allQueues()) Object.assign(queue, { persistence: manager });
  return manager;
}

/** Tells of a change that could not be written: it is in memory alone. */
const watchWrites = (manager: Persistence, failed: (error: unknown) => void): Persistence =>
  new Proxy(manager, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...values: unknown[]): unknown => {
        try {
          return Reflect.apply(value, target, values);
        } catch (error) {
          failed(error);
          throw error;
        }
      };
    },
  });

/**
 * The emulator writes no receive count for a message that is given back, its database refuses that, and the message is
 * in no queue any more: it would neither be delivered again nor become a dead letter.
 */
function giveBackWhole(manager: Persistence): void {
  const ready = manager.db.prepare(
    "UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?",
  );
  Object.assign(manager, { updateMessageReady: (messageId: string) => ready.run(messageId) });
}

/**
 * Makes messages visible that the last run held: its workers ended with it, however it ended. A message that nobody had begun
 * with would stay hidden for its queue's whole visibility timeout, up to hours. What is not due is put off again by the
 * job's record.
 */
function releaseAll({ db }: Persistence): void {
  db.exec("UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL");
}

/**
 * Starts SQS, SNS and S3.
 * @param options.directory where queues and objects outlive the process; in memory without one
 * @param options.failed is told when something could not be written there
 */
export async function startEmulator(options: {
  readonly region: string;
  readonly directory?: string | undefined;
  readonly failed?: (error: unknown) => void;
}): Promise<Emulator> {
  const stores = await newStores();
  // Without a host, queue URLs carry the host of the request: 127.0.0.1 and the port.
  stores.sqsStore.host = "";
  const app = buildApp({ logger: false, defaultRegion: options.region, stores });
  keepMessageGroups(app, stores.sqsStore);
  const persistence =
    options.directory === undefined
      ? undefined
      : await persist(stores, options.directory, options.failed ?? (() => {}));
  return {
    get url() {
      const address: AddressInfo | string | null = app.server.address();
      if (address === null || typeof address === "string") throw new Error("The SQS and S3 emulator does not listen.");
      return `http://127.0.0.1:${address.port}`;
    },
    app,
    queues: stores.sqsStore,
    topics: stores.snsStore,
    objects: stores.s3Store,
    async close() {
      await app.close();
      persistence?.close();
    },
  };
}
