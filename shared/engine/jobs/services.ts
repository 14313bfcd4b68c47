import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Catalog } from "../../../contracts/define-catalog.ts";
import { type ResourceEnv, resourceEnv } from "../../../contracts/resources.ts";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import { type TaskSettings, taskSettings } from "../../../contracts/settings/tasks.ts";
import { boundRequests } from "../../lib/bound-requests.ts";
import { Table } from "../table/table.ts";
import { kmsSigner, type Signer } from "./signature.ts";
import { JobStore } from "./store.ts";

/** What all code that works with jobs needs: clients, the store, the settings. Created once per process. */
export interface JobServices {
  /** The tasks that the stage has, and their queues. */
  readonly catalog: Catalog;
  readonly store: JobStore;
  readonly sqs: SQSClient;
  readonly s3: () => Promise<S3Client>;
  /** Signs and verifies jobs of tasks that need an admin key. */
  readonly signer: Signer;
  readonly resources: ResourceEnv;
  readonly settings: TaskSettings;
  readonly now: () => number;
}

/** A queue's URL. @param name without the stage, such as `summarize-high` or `summarize-dlq` */
export const queueUrl = ({ resources }: Pick<JobServices, "resources">, name: string): string =>
  resources.SLUICE_QUEUE_URL_PREFIX + name;

/**
 * Milliseconds. By default the clients wait for ever, and a connection that hangs would hold a heartbeat or a request
 * until its function is ended. Three tries fit into the API's 30 seconds.
 */
const timeouts = { connectionTimeout: 3_000, requestTimeout: 8_000, throwOnRequestTimeout: true };

/**
 * Builds the services from the environment that infra/ gives a function.
 * @throws Error that names what is missing or wrong in it
 */
export function jobServices(
  catalog: Catalog,
  env: Readonly<Record<string, string | undefined>> = process.env,
): JobServices {
  const resources = parseSettings(resourceEnv, env);
  let s3: Promise<S3Client> | undefined;
  const createS3 = () => {
    s3 ??= import("@aws-sdk/client-s3").then(({ S3Client }) => new S3Client({ forcePathStyle: true }));
    return s3;
  };
  const document = DynamoDBDocumentClient.from(boundRequests(new DynamoDBClient({ requestHandler: timeouts })), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const table = new Table(document, resources.SLUICE_TABLE);
  return {
    catalog: catalog.withFamilies(resources.SLUICE_FAMILIES).withSize(resources.SLUICE_SIZE),
    store: new JobStore({ table, s3: createS3, bucket: resources.SLUICE_BUCKET }),
    sqs: boundRequests(new SQSClient({ requestHandler: timeouts })),
    s3: createS3,
    signer: kmsSigner(resources.SLUICE_SIGNING_KEY, { requestHandler: timeouts }),
    resources,
    settings: parseSettings(taskSettings, env),
    now: Date.now,
  };
}
