/**
 * How long a message is left in its queue. How long a backoff is, is in backoff.test.ts.
 *
 * @module
 */

import { beforeEach, describe, expect, it } from "vitest";
import {
  LONGEST_WAIT_SECONDS,
  leaveFor,
  leaveUntil,
  leaveWithBackoff,
} from "../../../shared/engine/worker/visibility.ts";
import type { Delivery, Worker } from "../../../shared/engine/worker/worker.ts";

const NOW = 1_750_000_000_000;

let sent: unknown[];
let warned: unknown[];
let fault: Error | undefined;
const worker = {
  queue: { name: "test" },
  logger: { warn: (...given: unknown[]) => void warned.push(given) },
  services: {
    now: () => NOW,
    resources: { SLUICE_QUEUE_URL_PREFIX: "https://sqs/" },
    sqs: {
      send: async ({ input }: { readonly input: unknown }) => {
        sent.push(input);
        if (fault) throw fault;
      },
    },
  },
} as unknown as Worker;
const delivery = (receiveCount = 1) => ({ lane: "low", receiptHandle: "receipt", receiveCount }) as Delivery;
const seconds = () => sent.map((each) => (each as { VisibilityTimeout: number }).VisibilityTimeout);
beforeEach(() => {
  sent = [];
  warned = [];
  fault = undefined;
});

it("a message is left in the lane that it came from", async () => {
  expect(await leaveFor(worker, delivery(), 7)).toBe("leave");
  expect(sent).toEqual([{ QueueUrl: "https://sqs/test-low", ReceiptHandle: "receipt", VisibilityTimeout: 7 }]);
  expect(warned).toEqual([]);
});

it("seconds are whole, not below 0, and no more than SQS takes", async () => {
  for (const each of [0, -5, 0.2, 1.5, LONGEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS + 1]) {
    await leaveFor(worker, delivery(), each);
  }
  expect(seconds()).toEqual([0, 0, 1, 2, 39_600, 39_600]);
});

it("a message whose visibility could not be set is left all the same, with a warning", async () => {
  fault = new Error("no route");
  expect(await leaveFor(worker, delivery(), 7)).toBe("leave");
  expect(warned).toEqual([["could not set a message's visibility", { detail: "no route" }]]);
});

it("a message that cannot be handled comes back later each time, after 15 minutes at most", async () => {
  for (const count of [1, 2, 3, 5, 6, 20]) expect(await leaveWithBackoff(worker, delivery(count))).toBe("leave");
  expect(seconds()).toEqual([30, 60, 120, 480, 900, 900]);
});

describe("a message that waits for a time", () => {
  it("comes back then", async () => {
    expect(await leaveUntil(worker, delivery(3), { until: NOW + 5_000, isLease: false })).toBe("leave");
    expect(seconds()).toEqual([5]);
  });

  it("and for another worker's lease, later each time", async () => {
    await leaveUntil(worker, delivery(3), { until: NOW + 5_000, isLease: true });
    await leaveUntil(worker, delivery(1), { until: NOW + 50_000, isLease: true });
    expect(seconds()).toEqual([120, 50]);
  });
});
