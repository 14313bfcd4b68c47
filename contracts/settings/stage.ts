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
    "Name of the deployment; part of every resource's name. `dev` is removed with its stacks, `prod` is protected from deletion.",
  ),
  SLUICE_SIZE: blankIsUnset(z.enum(sizes).default("full")).describe(
    "`small` fits a new AWS account, which runs 10 functions at once: fewer queues, one lane for each, and other defaults. docs/deployment.md has them.",
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
    "Days that logs are kept.",
  ),
  SLUICE_ACCOUNT_CONCURRENCY: blankIsUnset(z.coerce.number().int().min(10).default(1_000)).describe(
    "The account's Lambda concurrency quota in the region; the lanes together must stay below it.",
  ),
  SLUICE_CONCURRENCY_HEADROOM: blankIsUnset(z.coerce.number().int().min(0).default(100)).describe(
    "Concurrency that is left for the API, the authorizer, the sweeper and whatever else the account runs.",
  ),
  SLUICE_API_RATE_LIMIT: blankIsUnset(z.coerce.number().int().min(1).default(500)).describe(
    "Requests a second that the API takes over time.",
  ),
  SLUICE_API_BURST_LIMIT: blankIsUnset(z.coerce.number().int().min(1).default(1_000)).describe(
    "Requests that the API takes at once.",
  ),
  SLUICE_ALARM_EMAIL: blankIsUnset(z.email().optional()).describe(
    "Email address that is notified of alarms, including messages in a dead-letter queue. Not set: no notifications.",
  ),
  SLUICE_ALARMS: blankIsUnset(z.enum(["stage", "queues"]).default("stage")).describe(
    "`stage` has one alarm of each kind for all queues together; `queues` has one for each queue, task and function, which costs more. docs/costs.md has the sums.",
  ),
  SLUICE_DASHBOARD: blankIsUnset(z.enum(["small", "full", "none"]).default("small")).describe(
    "CloudWatch's dashboard: `small` has at most 50 metrics, so that it is one of the account's three without charge; `full` has a graph of everything, for $3 a month.",
  ),
  SLUICE_DEAD_LETTER_TOPIC: topicSchema.describe(
    "SNS topic that is notified of jobs that failed for good: `own` creates `sluice-<stage>-dead-letters`, an ARN names an existing topic. Not set: no notices.",
  ),
  SLUICE_ESCALATION_TOPIC: topicSchema.describe(
    "SNS topic that is notified of escalations: `own` creates `sluice-<stage>-escalations`, an ARN names an existing topic. Not set: no notices.",
  ),
  SLUICE_BEDROCK_MODELS: blankIsUnset(
    commaList.pipe(
      z.array(z.string().regex(/^[\w.:/-]{1,300}$/, "must be model ids, profile ids or ARNs, joined by commas")),
    ),
  ).describe(
    "Models of Bedrock that configs may name with a provider of type `bedrock`, joined by commas: ids, inference profiles or ARNs.",
  ),
  SLUICE_PUBLIC_URL: blankIsUnset(z.url({ protocol: /^https?$/ }).optional()).describe(
    "Where the API is reached from outside, such as https://sluice.example.com: the links in notices start with it.",
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
    "Origins of web pages that may call the API and upload files from a browser, such as https://app.example.com, joined by commas; none when not set.",
  ),
  SLUICE_TRACING: blankIsUnset(z.enum(["off", "xray"]).default("off")).describe(
    "`xray` has Lambda send traces of the functions to AWS X-Ray, which bills each.",
  ),
  SLUICE_VPC_SUBNETS: idList("subnet").describe(
    "Subnets, joined by commas, in which the functions run that call models, for a model server with a private address. They need a way to SQS, DynamoDB, S3 and what else they call: a NAT gateway or VPC endpoints.",
  ),
  SLUICE_VPC_SECURITY_GROUPS: idList("sg").describe("Security groups of those functions, joined by commas."),
  SLUICE_KMS_KEY: blankIsUnset(
    z
      .string()
      .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]{1,64}$/, "must be the ARN of a KMS key")
      .optional(),
  ).describe(
    "KMS key of your own that encrypts queues, tables and bucket, by its ARN. Its policy has to let S3 use it. Not set: keys that AWS keeps.",
  ),
  SLUICE_RUNBOOK_URL: blankIsUnset(z.string().default("docs/runbook.md")).describe(
    "Where docs/runbook.md can be read; alarms link to its headings.",
  ),
});
