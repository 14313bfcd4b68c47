/**
 * Makes the template's buckets, and reads their notifications and CORS rules.
 *
 * @module
 */

import { z } from "zod";
import type { ObjectStore } from "../services/emulator.ts";
import type { Deployment } from "../template/deployment.ts";
import { propertiesOf } from "../template/parse.ts";
import type { CorsRule } from "./cors.ts";
import type { NotificationRule } from "./notification-rule.ts";

const filterRules = z.array(z.object({ Name: z.string().toLowerCase(), Value: z.string() })).default([]);

/** `NotificationConfiguration` as a bucket's property has it. */
const propertySchema = z.object({
  Event: z.string(),
  Queue: z.string().optional(),
  Function: z.string().optional(),
  Filter: z.object({ S3Key: z.object({ Rules: filterRules }) }).optional(),
});

/** `NotificationConfiguration` as the S3 API has it, which CDK's custom resource calls. */
const apiSchema = z.object({
  Id: z.string().optional(),
  Events: z.array(z.string()),
  QueueArn: z.string().optional(),
  LambdaFunctionArn: z.string().optional(),
  Filter: z.object({ Key: z.object({ FilterRules: filterRules }) }).optional(),
});

const bucketSchema = z.object({
  NotificationConfiguration: z
    .object({
      QueueConfigurations: z.array(propertySchema).default([]),
      LambdaConfigurations: z.array(propertySchema).default([]),
      TopicConfigurations: z.undefined("notifications to SNS are not run here").optional(),
    })
    .optional(),
  CorsConfiguration: z
    .object({
      CorsRules: z.array(
        z.object({
          AllowedOrigins: z.array(z.string()),
          AllowedMethods: z.array(z.string()),
          AllowedHeaders: z.array(z.string()).default([]),
          ExposedHeaders: z.array(z.string()).default([]),
          MaxAge: z.number().optional(),
        }),
      ),
    })
    .optional(),
});

const customSchema = z.object({
  BucketName: z.string(),
  NotificationConfiguration: z.object({
    QueueConfigurations: z.array(apiSchema).default([]),
    LambdaFunctionConfigurations: z.array(apiSchema).default([]),
    TopicConfigurations: z.undefined("notifications to SNS are not run here").optional(),
  }),
});

/** The buckets of the template, with their rules. */
export interface Buckets {
  readonly cors: ReadonlyMap<string, readonly CorsRule[]>;
  readonly notifications: readonly NotificationRule[];
}

/** Creates the template's buckets in the object store. */
export function createBuckets(deployment: Deployment, store: ObjectStore): Buckets {
  const cors = new Map<string, readonly CorsRule[]>();
  const notifications: NotificationRule[] = [];
  for (const resource of deployment.ofType("AWS::S3::Bucket")) {
    const bucket = resource.ref;
    const { NotificationConfiguration: told, CorsConfiguration } = propertiesOf(resource, bucketSchema);
    if (!store.hasBucket(bucket)) store.createBucket(bucket);
    if (CorsConfiguration) cors.set(bucket, CorsConfiguration.CorsRules);
    for (const each of [...(told?.QueueConfigurations ?? []), ...(told?.LambdaConfigurations ?? [])]) {
      const target = each.Queue ?? each.Function ?? "";
      const filters = each.Filter?.S3Key.Rules;
      notifications.push(rule({ id: resource.logicalId, bucket, events: [each.Event], targetArn: target }, filters));
    }
  }
  for (const resource of deployment.ofType("Custom::S3BucketNotifications")) {
    const { BucketName, NotificationConfiguration: told } = propertiesOf(resource, customSchema);
    for (const each of [...told.QueueConfigurations, ...told.LambdaFunctionConfigurations]) {
      const target = each.QueueArn ?? each.LambdaFunctionArn ?? "";
      const [id, filters] = [each.Id ?? resource.logicalId, each.Filter?.Key.FilterRules];
      notifications.push(rule({ id, bucket: BucketName, events: each.Events, targetArn: target }, filters));
    }
  }
  return { cors, notifications };
}

const rule = (
  target: Omit<NotificationRule, "prefix" | "suffix">,
  filters: z.infer<typeof filterRules> = [],
): NotificationRule => ({
  ...target,
  prefix: filters.find(({ Name }) => Name === "prefix")?.Value ?? "",
  suffix: filters.find(({ Name }) => Name === "suffix")?.Value ?? "",
});
