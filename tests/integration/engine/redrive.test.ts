/**
 * Telling an operator's redrive from a copy: docs/decisions/0010.
 *
 * @module
 */

import { expect, it } from "vitest";
import type { RetryClass } from "../../../contracts/jobs/retry.ts";
import { type Delivered, decide } from "../../../shared/engine/worker/decide.ts";
import { EngineHarness } from "../../helpers/engine-harness.ts";

it.each<[string, RetryClass]>([
  ["standard", "standard"],
  ["critical", "critical"],
])("a failed job of a %s queue", async (_, retry) => {
  await using harness = await EngineHarness.start({ retry });
  harness.script = () => Promise.reject(new Error("no"));
  const taskId = await harness.accepted();
  const message = await harness.receive();
  // Its last receive, so that it fails for good.
  await harness.deliver({ ...message, attributes: { ...message.attributes, ApproximateReceiveCount: "9" } });
  const failed = await harness.find(taskId);
  const end = failed?.finished_at ?? 0;
  const own = { messageId: message.messageId, sentAt: end - 1_000 };
  const other = { messageId: "another", receiveCount: 1 };
  const reference = { v: 1 as const, task_id: taskId, generation: 1, trace_id: "t" };
  const action = (delivery: Omit<Delivered, "reference">) =>
    decide(failed, { ...delivery, reference }, { retry, now: end + 3_600_000 }).action;

  expect(action({ ...own, receiveCount: 10, receivedAt: end + 5_000 }), "own, on its way").toBe("leave");
  expect(action({ ...own, receiveCount: 9, receivedAt: end - 500 }), "own, of the failed run itself").toBe("leave");
  expect(action({ ...own, receiveCount: 9, receivedAt: end + 1_000 }), "own, at another worker").toBe("leave");
  expect(action({ ...own, receiveCount: 1, receivedAt: end + 5_000 }), "own, counted from one").toBe("redriven");
  expect(action({ ...other, sentAt: end + 1_000, receivedAt: end + 9_000 }), "a copy").toBe("acknowledge");
  const soon = action({ ...other, sentAt: end + 5_000, receivedAt: end + 9_000 });
  expect(soon, "a copy that was sent late, or a redrive").toBe(retry === "critical" ? "leave" : "redriven");
  expect(action({ ...other, sentAt: end + 61_000, receivedAt: end + 61_000 }), "a redrive").toBe("redriven");
});
