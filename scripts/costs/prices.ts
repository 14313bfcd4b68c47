/**
 * What AWS takes, in US dollars, for us-east-1: the one place that docs/costs.md, the benchmark of calls and the console's page take
 * prices from. AWS's pages fill their figures in by script; where these were read elsewhere, `read` says where.
 *
 * @module
 */

/** A price and where it is from. */
export interface Price {
  readonly amount: number;
  /** Such as `a million`. */
  readonly per: string;
  /** What is priced. */
  readonly of: string;
  /** AWS's own page, to check it against. */
  readonly page: string;
  /** Where the figure was read, when that is another page, and of when it is. */
  readonly read?: string;
}

const price = (amount: number, per: string, [of, page, read]: readonly [of: string, page: string, read?: string]) => ({
  ...{ amount, per, of, page: `https://aws.amazon.com/${page}/pricing/` },
  ...(read !== undefined && { read }),
});

const readAt = (what: string, url: string): string => `[${what}](${url})`;
const cloudWatchPage = readAt(
  "FactualMinds, June 2026",
  "https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/",
);
const vantage = readAt("Vantage", "https://www.vantage.sh/blog/fargate-pricing");

const sizingTable = "a right-sizing tool's table of January 2024";

/** Prices by what they are of. */
export const prices = {
  apiRequest: price(1, "a million", ["HTTP API requests", "api-gateway"]),
  lambdaRequest: price(0.2, "a million", ["Lambda requests", "lambda"]),
  lambdaTime: price(0.000_013_333_4, "a GB-second", ["Lambda duration, ARM", "lambda"]),
  sqs: price(0.4, "a million", ["SQS requests, of 64 KB each", "sqs"]),
  writeUnit: price(0.625, "a million", ["DynamoDB write units, on demand", "dynamodb"]),
  readUnit: price(0.125, "a million", ["DynamoDB read units, on demand", "dynamodb"]),
  s3Write: price(5, "a million", ["S3 PUT requests", "s3"]),
  s3Read: price(0.4, "a million", ["S3 GET requests", "s3"]),
  alarmMetric: price(0.1, "a metric", ["alarm metrics, per month", "cloudwatch"]),
  metric: price(0.3, "a metric", ["custom metrics, per month", "cloudwatch"]),
  dashboard: price(3, "a dashboard", [
    "dashboards beyond three with 50 metrics, per month",
    "cloudwatch",
    cloudWatchPage,
  ]),
  logs: price(0.5, "a GB", ["logs", "cloudwatch", cloudWatchPage]),
  kmsKey: price(1, "a key", ["KMS keys, per month", "kms"]),
  textract: price(1.5, "a thousand", [
    "pages with Textract, text only",
    "textract",
    readAt(
      "DiUS, January 2022",
      "https://dius.com.au/2022/01/31/amazon-textract-ml-powered-document-processing-for-greater-automation/",
    ),
  ]),
  fargateCpu: price(0.032_38, "a vCPU and hour", ["Fargate, ARM", "fargate", vantage]),
  fargateMemory: price(0.003_56, "a GB and hour", ["Fargate, ARM", "fargate", vantage]),
  smallInstance: price(0.0084, "an hour", ["EC2, t4g.micro", "ec2", sizingTable]),
  cacheNode: price(0.016, "an hour", ["ElastiCache for Redis, cache.t4g.micro", "elasticache", sizingTable]),
  loadBalancer: price(0.0225, "an hour", [
    "Application Load Balancer",
    "elasticloadbalancing",
    readAt("calculator.city", "https://cal53.calculator.city/aws-alb-cost-calculator/"),
  ]),
} as const satisfies Record<string, Price>;

/** One of {@link prices}. */
export type PriceName = keyof typeof prices;

/** A price for one of what is priced by the million. */
export const each = (name: PriceName): number => prices[name].amount / 1e6;

export const MONTH_HOURS = 730;
export const MONTH_MINUTES = 43_800;
