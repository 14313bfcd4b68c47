/**
 * The environment variables a function sees: the template's, Lambda's own and the local endpoints, nothing inherited.
 *
 * @module
 */

import type { Credentials } from "../services/credentials.ts";
import { localVectors } from "./vectors.ts";

/** The addresses of the emulated services. */
export interface Endpoints {
  readonly sqs: string;
  readonly sns: string;
  readonly s3: string;
  readonly dynamodb: string;
  readonly secretsManager: string;
  readonly ssm: string;
  readonly kms: string;
  readonly lambda: string;
}

/** What Node itself needs of the machine. */
const inherited = ["PATH", "SystemRoot", "TEMP", "TMP", "TMPDIR"] as const;

/** What the environment of a function is made from. */
export interface EnvironmentOptions {
  readonly functionName: string;
  readonly memoryMb: number;
  readonly handler: string;
  readonly taskRoot: string;
  readonly region: string;
  readonly endpoints: Endpoints;
  /** The function's own, as the emulators accept it. */
  readonly credentials: Credentials;
  /** `Environment.Variables` of the template. */
  readonly variables: Readonly<Record<string, string>>;
  /** File of vectors, in place of S3 Vectors. */
  readonly vectorsPath: string;
  /** Divides the backoff settings. */
  readonly timeScale: number;
}

/** The environment variables of a function's process; nothing of this process's own is inherited. */
export function functionEnvironment(options: EnvironmentOptions): Record<string, string> {
  const { functionName, region, endpoints, credentials } = options;
  const env: Record<string, string> = {};
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return {
    ...env,
    TZ: "UTC",
    LANG: "en_US.UTF-8",
    ...scaleBackoff(options.variables, options.timeScale),
    // Lines for CloudWatch would hide a log that is read at a terminal.
    ...(options.variables.LOG_FORMAT === "text" && { POWERTOOLS_METRICS_DISABLED: "true" }),
    ...localVectors(options.variables, options.vectorsPath),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_SNS: endpoints.sns,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
    AWS_ENDPOINT_URL_SSM: endpoints.ssm,
    AWS_ENDPOINT_URL_KMS: endpoints.kms,
    AWS_ENDPOINT_URL_LAMBDA: endpoints.lambda,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(options.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "local",
    LAMBDA_TASK_ROOT: options.taskRoot,
    _HANDLER: options.handler,
  };
}

const scaled = ["TASK_RETRY_BACKOFF", "TASK_RETRY_BACKOFF_MAX"] as const;

/** Waits are divided and rounded up to whole seconds. */
function scaleBackoff(variables: Readonly<Record<string, string>>, timeScale: number): Record<string, string> {
  const env = { ...variables };
  for (const name of scaled) {
    const seconds = Number(env[name]);
    if (timeScale !== 1 && seconds > 0) env[name] = String(Math.ceil(seconds / timeScale));
  }
  return env;
}
