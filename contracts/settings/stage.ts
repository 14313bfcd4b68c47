/**
 * Settings of a deployment, read when its stacks are synthesized and nowhere else.
 *
 * @module
 */

import { z } from "zod";
import { defaultFamilies, familyNames, unknownFamilies } from "../families.ts";
import { sizes } from "../sizes.ts";
import { blankIsUnset } from "./blank-is-unset.ts";

/** Retentions that CloudWatch Logs offers, in days. */
const logRetentionDays = [1, 3, 5, 7, 14, 30, 60, 90, 180, 365, 731] as const;

/** An SNS topic: the stage's own, or one that exists. */
const topicSchema = blankIsUnset(
  z
    .string()
    .regex(
      /^(own|arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256})$/,
      "must be own or the ARN of a standard SNS topic",
    )
    .optional(),
);

/** Values that are joined by commas; none when it is not set. */
const commaList = z
  .string()
  .default("")
  .transform((list) =>
    list
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== ""),
  );

/** Ids of resources of one kind, joined by commas. */
const idList = (prefix: string) =>
  blankIsUnset(
    commaList.pipe(
      z
        .array(
          z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `must be ids such as ${prefix}-0123456789abcdef0`),
        )
        .max(16),
    ),
  );

/** Settings of a stage, from the environment. */
export const stageSettings = z.object({
  SLUICE_STAGE: blankIsUnset(
    z
      .string()
      .regex(/^[a-z][a-z0-9]{0,15}$/, "must be 1 to 16 lower-case letters and digits, a letter first")
      .default("dev"),
  ).describe(
    "Name of the stage; part of every resource's name. The data of `dev` is deleted with its stacks; `prod` is protected from deletion.",
  ),
  SLUICE_SIZE: blankIsUnset(z.enum(sizes).default("full")).describe(
    "`small` fits into a new AWS account, which can run 10 invocations at the same time: it has fewer queues, one lane for each, and other defaults; see docs/deployment.md.",
  ),
  SLUICE_FAMILIES: blankIsUnset(
    z
      .string()
      .refine((list) => unknownFamilies(list).length === 0, {
        error: ({ input }) =>
          `there is no family ${unknownFamilies(String(input)).join(", ")}; there are: ${familyNames.join(", ")}, or all`,
      })
      .default(defaultFamilies.join(",")),
  ).describe(
    `Families of queues that the stage has, joined by commas: ${familyNames.map((name) => `\`${name}\``).join(", ")}, or \`all\`. \`core\` is always there. \`npm start\` has all unless it is set.`,
  ),
  SLUICE_LOG_RETENTION_DAYS: blankIsUnset(z.coerce.number().pipe(z.literal(logRetentionDays)).default(30)).describe(
    "Number of days for which logs are kept.",
  ),
  SLUICE_ACCOUNT_CONCURRENCY: blankIsUnset(z.coerce.number().int().min(10).default(1_000)).describe(
    "The account's Lambda concurrency quota in the region. The sum of the lanes must stay below it.",
  ),
  SLUICE_CONCURRENCY_HEADROOM: blankIsUnset(z.coerce.number().int().min(0).default(100)).describe(
    "Concurrency that remains for the API, the authorizer, the sweeper and everything else in the account.",
  ),
  SLUICE_API_RATE_LIMIT: blankIsUnset(z.coerce.number().int().min(1).default(500)).describe(
    "Maximum sustained number of requests per second of the API.",
  ),
  SLUICE_API_BURST_LIMIT: blankIsUnset(z.coerce.number().int().min(1).default(1_000)).describe(
    "Maximum burst of requests of the API.",
  ),
  SLUICE_ALARM_EMAIL: blankIsUnset(z.email().optional()).describe(
    "Email address to which alarms are sent, including those for messages in a dead-letter queue. When it is not set, there are no notifications.",
  ),
  SLUICE_ALARMS: blankIsUnset(z.enum(["stage", "queues"]).default("stage")).describe(
    "`stage` creates one alarm of each kind for all queues together; `queues` creates one for each queue, task and function, which costs more; see docs/costs.md.",
  ),
  SLUICE_DASHBOARD: blankIsUnset(z.enum(["small", "full", "none"]).default("small")).describe(
    "The CloudWatch dashboard: `small` has at most 50 metrics, so that it can be one of the account's three free dashboards; `full` has a graph for everything, for $3 a month.",
  ),
  SLUICE_DEAD_LETTER_TOPIC: topicSchema.describe(
    "SNS topic that receives a notice of jobs that failed for good: `own` creates `sluice-<stage>-dead-letters`; an ARN names an existing topic. When it is not set, there are no notices.",
  ),
  SLUICE_ESCALATION_TOPIC: topicSchema.describe(
    "SNS topic that receives escalations: `own` creates `sluice-<stage>-escalations`; an ARN names an existing topic. When it is not set, there are no notices.",
  ),
  SLUICE_BEDROCK_MODELS: blankIsUnset(
    commaList.pipe(
      z.array(z.string().regex(/^[\w.:/-]{1,300}$/, "must be model ids, profile ids or ARNs, joined by commas")),
    ),
  ).describe(
    "Bedrock models that configs can name with a provider of the type `bedrock`, separated by commas: IDs, inference profiles or ARNs.",
  ),
  SLUICE_PUBLIC_URL: blankIsUnset(z.url({ protocol: /^https?$/ }).optional()).describe(
    "Public URL of the API, such as https://sluice.example.com. Links in notices start with it.",
  ),
  SLUICE_CORS_ORIGINS: blankIsUnset(
    commaList.pipe(
      z.array(
        z
          .string()
          .regex(
            /^(https:\/\/[a-z0-9.-]+|http:\/\/(localhost|127\.0\.0\.1))(:\d{1,5})?$/,
            "must be origins such as https://app.example.com, joined by commas: https unless it is localhost, no path, no *",
          ),
      ),
    ),
  ).describe(
    "Origins of web pages that can call the API and upload files from a browser, such as https://app.example.com, separated by commas. None when it is not set.",
  ),
  SLUICE_TRACING: blankIsUnset(z.enum(["off", "xray"]).default("off")).describe(
    "With `xray`, Lambda sends traces of the functions to AWS X-Ray, which are billed.",
  ),
  SLUICE_VPC_SUBNETS: idList("subnet").describe(
    "VPC subnets, separated by commas, for the functions that call models. Needed for a model server with a private address. The subnets need a route to SQS, DynamoDB, S3 and the other services that these functions call: a NAT gateway or VPC endpoints.",
  ),
  SLUICE_VPC_SECURITY_GROUPS: idList("sg").describe("Security groups of these functions, separated by commas."),
  SLUICE_KMS_KEY: blankIsUnset(
    z
      .string()
      .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]{1,64}$/, "must be the ARN of a KMS key")
      .optional(),
  ).describe(
    "ARN of a customer managed KMS key that encrypts the queues, tables and bucket. Its policy must allow S3 to use it. When it is not set, keys that AWS manages are used.",
  ),
  SLUICE_RUNBOOK_URL: blankIsUnset(z.string().default("docs/runbook.md")).describe(
    "URL of docs/runbook.md; alarms link to its headings.",
  ),
});
