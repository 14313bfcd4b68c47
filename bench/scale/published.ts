/**
 * What AWS publishes of how its services scale, as of 1 December 2026. The model computes with these alone; where AWS
 * publishes nothing, the model says what it supposes.
 *
 * @module
 */

/** How Lambda polls a standard queue: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
export const polling = {
  standard: {
    /** Invocations at once when messages come in. */
    start: 5,
    /** More of them each minute while messages wait. */
    perMinute: 300,
    /** Where no MaximumConcurrency is set. */
    most: 1_250,
  },
  /** Bounds of MaximumConcurrency. */
  maximumConcurrency: { least: 2, most: 1_000 },
  provisioned: {
    perMinute: 1_000,
    /** Of one event source mapping, as AWS announced the mode: https://aws.amazon.com/blogs/aws/aws-lambda-enhances-sqs-processing-with-new-provisioned-mode-3x-faster-scaling-16x-higher-capacity */
    most: 20_000,
    /** Invocations at once of one poller. */
    invocationsPerPoller: 10,
    /** ReceiveMessage calls a second of one poller. */
    pollsPerSecond: 10,
    /** https://docs.aws.amazon.com/lambda/latest/api/API_ProvisionedPollerConfig.html */
    minimumPollers: { least: 2, most: 200 },
  },
} as const;

/** How fast a function gets instances: https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html */
export const functionScaling = { instances: 1_000, everySeconds: 10 } as const;

/**
 * Messages of a standard queue that are received and not deleted yet, at the most, approximately:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html. How many messages wait, and
 * how many are sent a second, is not bounded (quotas-messages.html there).
 */
export const MESSAGES_IN_FLIGHT = 120_000;

/** DynamoDB on demand, in units a second. */
export const dynamodb = {
  /** Of one physical partition: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html */
  partition: { writes: 1_000, reads: 3_000 },
  /** Of a new table, and of each index of it: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html */
  initial: { writes: 4_000, reads: 12_000 },
  /** Default quota of a table, and of each index by itself: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
  quota: { writes: 40_000, reads: 40_000 },
  /** Bytes of one write unit, and of one strongly consistent read unit. */
  writeBytes: 1_024,
  readBytes: 4_096,
  /** Bytes that one answer of a query holds at the most. */
  pageBytes: 1_048_576,
} as const;

/** Prices of us-east-1 in dollars a million, as docs/costs.md has them. */
export const prices = { writeUnit: 0.625, readUnit: 0.125 } as const;
