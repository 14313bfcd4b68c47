/**
 * Makes a pool of processes for each function of the template.
 *
 * @module
 */

import { access } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Credentials, functionCredentials } from "../services/credentials.ts";
import type { Deployment, Resource } from "../template/deployment.ts";
import { propertiesOf } from "../template/parse.ts";
import { type Endpoints, functionEnvironment } from "./environment.ts";
import { FunctionPool, type PoolOptions } from "./pool.ts";

/** The properties of an AWS::Lambda::Function that the stack uses. */
const functionSchema = z.object({
  Handler: z.string(),
  Runtime: z.string(),
  MemorySize: z.coerce.number().int().default(128),
  Timeout: z.coerce.number().positive().default(3),
  Code: z.object({ S3Key: z.string().optional() }),
  Environment: z.object({ Variables: z.record(z.string(), z.string()).default({}) }).default({ Variables: {} }),
});

/** What the functions of a template need to run. */
export interface FunctionsOptions {
  readonly assets: ReadonlyMap<string, string>;
  readonly region: string;
  readonly endpoints: Endpoints;
  /** The stack's own, of which each function gets its part. */
  readonly credentials: Credentials;
  readonly timeScale: number;
  readonly vectorsPath: string;
  /** Processes at once, by function ARN. */
  readonly concurrency: (arn: string) => number;
  readonly pool: PoolOptions;
}

/** Functions by ARN. One that has no Node code of its own, such as CDK's helpers in Python, is left out, with a log line. */
export async function createFunctions(
  deployment: Deployment,
  options: FunctionsOptions,
): Promise<Map<string, FunctionPool>> {
  const pools = new Map<string, FunctionPool>();
  for (const resource of deployment.ofType("AWS::Lambda::Function")) {
    const arn = String(resource.attribute("Arn"));
    const pool = await createFunction(resource, arn, options);
    if (pool) pools.set(arn, pool);
  }
  return pools;
}

async function createFunction(resource: Resource, arn: string, options: FunctionsOptions) {
  const properties = propertiesOf(resource, functionSchema);
  const folder = properties.Code.S3Key === undefined ? undefined : options.assets.get(properties.Code.S3Key);
  if (!properties.Runtime.startsWith("nodejs") || folder === undefined) {
    options.pool.log.debug(
      `${resource.path} is not run: ${properties.Runtime}${folder ? "" : " without a file asset"}`,
    );
    return undefined;
  }
  const [module = "", exportName = ""] = splitHandler(properties.Handler);
  return new FunctionPool(
    {
      name: resource.ref,
      arn,
      entry: await findModule(resource, folder, module),
      exportName,
      memoryMb: properties.MemorySize,
      timeoutSeconds: properties.Timeout,
      concurrency: options.concurrency(arn),
      env: functionEnvironment({
        functionName: resource.ref,
        memoryMb: properties.MemorySize,
        handler: properties.Handler,
        taskRoot: folder,
        region: options.region,
        endpoints: options.endpoints,
        credentials: functionCredentials(options.credentials, resource.ref),
        variables: properties.Environment.Variables,
        timeScale: options.timeScale,
        vectorsPath: options.vectorsPath,
      }),
    },
    options.pool,
  );
}

const splitHandler = (handler: string): [string, string] => {
  const dot = handler.lastIndexOf(".");
  return [handler.slice(0, dot), handler.slice(dot + 1)];
};

/** Lambda's order of file extensions. */
async function findModule(resource: Resource, folder: string, module: string): Promise<string> {
  for (const extension of [".js", ".mjs", ".cjs"]) {
    const path = join(folder, module + extension);
    try {
      await access(path);
      return path;
    } catch {
      // The next extension may be there.
    }
  }
  throw new Error(`${resource.path}: its asset ${folder} holds no ${module}.js, .mjs or .cjs`);
}
