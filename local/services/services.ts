/**
 * The AWS services that functions call, each on a free port of 127.0.0.1. They outlive a reload of the functions.
 *
 * @module
 */

import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { writeFailure } from "../data-dir.ts";
import { Access } from "../iam/access.ts";
import type { Permissions } from "../iam/permissions.ts";
import type { Endpoints } from "../lambda/environment.ts";
import type { StackLog } from "../log.ts";
import { createS3Front, type S3Front } from "../s3/front.ts";
import type { WantedTable } from "./change-indexes.ts";
import { type Credentials, newCredentials } from "./credentials.ts";
import { startDynamoDb } from "./dynamodb.ts";
import { type Emulator, startEmulator } from "./emulator.ts";
import { guardServer } from "./guard-server.ts";
import { startKms } from "./kms.ts";
import { type MappingsApi, startMappingsApi } from "./mappings-api.ts";
import type { ObserveCall } from "./observed-calls.ts";
import { startSecrets } from "./secrets.ts";

/** Endpoint, region and credentials of an AWS client for the emulators. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
}

/** The emulated AWS services. */
export interface Services {
  readonly endpoints: Endpoints;
  /** What the services accept, of this run alone. */
  readonly credentials: Credentials;
  readonly emulator: Emulator;
  readonly s3: S3Front;
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
  readonly mappings: MappingsApi;
  clientConfig(service: keyof Endpoints): ClientConfig;
  /** Decides what functions may do by these from now on; until then they may do nothing. */
  permit(permissions: Permissions): Promise<void>;
  close(): Promise<void>;
}

/** What the emulated services are started with. */
export interface ServicesOptions {
  readonly region: string;
  /** Where data outlives the process; in memory without one. */
  readonly dataDir?: string | undefined;
  /** The stack that had the folder last did not end by itself. @default false */
  readonly wasKilled?: boolean | undefined;
  /** What the tables in the folder are to be like by now. @default as they are */
  readonly wanted?: readonly WantedTable[] | undefined;
  readonly secrets: ReadonlyMap<string, string>;
  /** Origins of the gateway, whose pages may send presigned requests to S3. */
  readonly origins: readonly string[];
  readonly log: StackLog;
  readonly observe?: ObserveCall | undefined;
  /** Is told, once, when data could not be written: the services are of no more use. */
  readonly failed: (error: Error) => void;
}

/** Starts all emulated services on free ports of the loopback interface. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { region, dataDir, secrets: values, origins, log, observe } = options;
  let isFailed = false;
  const failed = (error: unknown): void => {
    if (isFailed) return;
    isFailed = true;
    options.failed(writeFailure(dataDir ?? "memory", error));
  };
  const credentials = newCredentials();
  const within = (name: string) => (dataDir === undefined ? undefined : join(dataDir, name));
  const started = performance.now();
  // A function that may not do something fails on AWS alone, unless it is said here.
  const refused = (message: string) => log.warn(message);
  let mapped: MappingsApi["functionOf"] = () => undefined;
  const access = new Access({ refused, mappedFunction: (uuid) => mapped(uuid) });
  const guard = { credentials, access, observe };
  const [emulator, dynamo, secrets, kms, mappings] = await Promise.all([
    startEmulator({ region, directory: within("sqs-s3"), failed }),
    startDynamoDb({
      ...{ directory: within("dynamodb"), wasKilled: options.wasKilled, wanted: options.wanted, credentials },
      ...{ refused, observe, failed },
    }),
    startSecrets({ secrets: values, file: within("parameters.json"), guard }),
    startKms({ file: within("signing-key"), guard }),
    startMappingsApi(guard),
  ]);
  mapped = mappings.functionOf;
  const s3 = createS3Front(emulator, guard);
  guardServer(emulator.app.server, {
    ...guard,
    presigned: { allowsOrigin: (origin, path) => origins.includes(origin) || s3.allowsOrigin(origin, path) },
  });
  await emulator.app.listen({ port: 0, host: "127.0.0.1" });
  log.debug(`services started in ${Math.round(performance.now() - started)} ms`);
  const endpoints: Endpoints = {
    sqs: emulator.url,
    sns: emulator.url,
    s3: emulator.url,
    dynamodb: dynamo.url,
    secretsManager: secrets.url,
    ssm: secrets.url,
    kms: kms.url,
    lambda: mappings.url,
  };
  const clientConfig = (service: keyof Endpoints) => ({ endpoint: endpoints[service], region, credentials });
  const sqs = new SQSClient(clientConfig("sqs"));
  const dynamodb = new DynamoDBClient(clientConfig("dynamodb"));
  return {
    endpoints,
    credentials,
    emulator,
    s3,
    sqs,
    dynamodb,
    mappings,
    clientConfig,
    async permit(permissions) {
      access.use(permissions);
      await dynamo.use(permissions);
    },
    async close() {
      sqs.destroy();
      dynamodb.destroy();
      await Promise.all([emulator.close(), dynamo.close(), secrets.close(), kms.close(), mappings.close()]);
    },
  };
}
