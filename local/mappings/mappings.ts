/**
 * Reads the template's event source mappings.
 *
 * @module
 */

import type { SQSClient } from "@aws-sdk/client-sqs";
import { z } from "zod";
import type { Permissions } from "../iam/permissions.ts";
import { decide } from "../iam/statements.ts";
import type { FunctionPool } from "../lambda/pool.ts";
import type { StackLog } from "../log.ts";
import type { Queue } from "../services/queues.ts";
import type { Deployment, Resource } from "../template/deployment.ts";
import { propertiesOf } from "../template/parse.ts";
import { TemplateError } from "../template/values.ts";
import { Poller } from "./poller.ts";

const mappingSchema = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: z.boolean().default(true),
  BatchSize: z.coerce.number().int().min(1).max(10_000).default(10),
  MaximumBatchingWindowInSeconds: z.coerce.number().int().min(0).max(300).default(0),
  ScalingConfig: z.object({ MaximumConcurrency: z.coerce.number().int().min(2).max(1_000).optional() }).default({}),
  FunctionResponseTypes: z.array(z.enum(["ReportBatchItemFailures"])).default([]),
  FilterCriteria: z.undefined("event filters are not run here").optional(),
});

/** An event source mapping of the template, with what polls it. */
export interface Mapping {
  readonly resource: Resource;
  readonly functionArn: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maxConcurrency: number;
  readonly reportsItems: boolean;
}

/** Lambda scales a mapping without a maximum to far more than one machine carries. */
const DEFAULT_CONCURRENCY = 10;

/** The enabled mappings. @param functionArns of the template's functions, by ARN and by name */
export function readMappings(deployment: Deployment, functionArns: ReadonlyMap<string, string>): Mapping[] {
  return deployment.ofType("AWS::Lambda::EventSourceMapping").flatMap((resource) => {
    const properties = propertiesOf(resource, mappingSchema);
    if (!properties.Enabled) return [];
    const functionArn = functionArns.get(properties.FunctionName);
    if (functionArn === undefined) {
      throw new TemplateError(`${resource.path}.Properties.FunctionName`, `no function is ${properties.FunctionName}`);
    }
    return {
      resource,
      functionArn,
      queueArn: properties.EventSourceArn,
      batchSize: properties.BatchSize,
      windowSeconds: properties.MaximumBatchingWindowInSeconds,
      maxConcurrency: properties.ScalingConfig.MaximumConcurrency ?? DEFAULT_CONCURRENCY,
      reportsItems: properties.FunctionResponseTypes.includes("ReportBatchItemFailures"),
    };
  });
}

/** What Lambda does with a queue in the name of the function's role. */
const polling = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/**
 * Checks that the role of each mapping's function may poll its queue, as Lambda does when a mapping is made.
 * @throws TemplateError
 */
export function checkPolling(mappings: readonly Mapping[], { functions }: Permissions): void {
  for (const { resource, functionArn, queueArn } of mappings) {
    const own = functions[functionArn.slice(functionArn.lastIndexOf(":") + 1)];
    // A function of a template that was written by hand may have no role.
    if (!own || own.role === "") continue;
    const missing = polling.find(
      (action) => decide(own.statements, { action, resource: queueArn, context: {} }) !== "allowed",
    );
    if (missing === undefined) continue;
    const call = missing.replace("sqs:", "");
    throw new TemplateError(
      resource.path,
      `the function's role ${own.role} does not have permissions to call ${call} on ${queueArn}`,
    );
  }
}

/** What a poller needs beside its configuration. */
export interface PollerParts {
  readonly region: string;
  readonly queues: readonly Queue[];
  readonly functions: ReadonlyMap<string, FunctionPool>;
  readonly client: SQSClient;
  readonly log: StackLog;
}

/** A poller per mapping. A mapping whose function is not run here has none. */
export function createPollers(mappings: readonly Mapping[], parts: PollerParts): Poller[] {
  return mappings.flatMap((mapping) => {
    const queue = parts.queues.find(({ arn }) => arn === mapping.queueArn);
    const pool = parts.functions.get(mapping.functionArn);
    if (!queue) throw new TemplateError(mapping.resource.path, `no queue is ${mapping.queueArn}`);
    if (!pool) return [];
    const config = { ...mapping, uuid: mapping.resource.ref, queueUrl: queue.url, region: parts.region };
    return new Poller(config, pool, parts);
  });
}
