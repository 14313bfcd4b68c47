/**
 * The AWS services that functions call, each on a free port of 127.0.0.1. They outlive a reload of the functions.
 *
 * @module
 */

import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Endpoints } from "../lambda/environment.ts";
import type { StackLog } from "../log.ts";
import { createS3Front, type S3Front } from "../s3/front.ts";
import { type Credentials, newCredentials } from "./credentials.ts";
import { startDynamoDb } from "./dynamodb.ts";
import { type Emulator, startEmulator } from "./emulator.ts";
import { guardServer } from "./guard-server.ts";
import { startKms } from "./kms.ts";
import { type MappingsApi, startMappingsApi } from "./mappings-api.ts";
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
  close(): Promise<void>;
}

/** What the emulated services are started with. */
export interface ServicesOptions {
  readonly region: string;
  /** Where data outlives the process; in memory without one. */
  readonly dataDir?: string | undefined;
  readonly secrets: ReadonlyMap<string, string>;
  /** Origins of the gateway, whose pages may send presigned requests to S3. */
  readonly origins: readonly string[];
  readonly log: StackLog;
}

/** Starts all emulated services on free ports of the loopback interface. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { region, dataDir, secrets: values, origins, log } = options;
  const credentials = newCredentials();
  const within = (name: string) => (dataDir === undefined ? undefined : join(dataDir, name));
  const started = performance.now();
  const [emulator, dynamo, secrets, kms, mappings] = await Promise.all([
    startEmulator({ region, directory: within("sqs-s3") }),
    startDynamoDb({ directory: within("dynamodb"), credentials }),
    startSecrets({ secrets: values, file: within("parameters.json"), credentials }),
    startKms({ file: within("signing-key"), credentials }),
    startMappingsApi(credentials),
  ]);
  const s3 = createS3Front(emulator, credentials);
  guardServer(emulator.app.server, {
    credentials,
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
    async close() {
      sqs.destroy();
      dynamodb.destroy();
      await Promise.all([emulator.close(), dynamo.close(), secrets.close(), kms.close(), mappings.close()]);
    },
  };
}
