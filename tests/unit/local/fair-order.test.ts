import { describe, expect, it } from "vitest";
import { FairOrder } from "../../../local/services/fair-order.ts";

const MINUTE = 60_000;
const START = 1_000_000_000;

/** A queue on a clock that stands still: `take` receives, and gives what it received. */
function queueOf(...waiting: string[]) {
  const order = new FairOrder();
  let now = START;
  let handles = 0;
  const message = (name: string) => {
    const [group = "", number = ""] = name.split(" ");
    return { name, messageGroupId: number === "" ? undefined : group, sentTimestamp: now };
  };
  let messages = waiting.map(message);
  return {
    pass(milliseconds: number) {
      now += milliseconds;
    },
    send(...names: string[]) {
      messages.push(...names.map(message));
    },
    take(most = 1) {
      const next = order.next(messages, most, now);
      messages = messages.filter((each) => !next.includes(each));
      return next.map((each) => {
        const handle = String(handles++);
        order.received(handle, each, now);
        return { name: each.name, handle };
      });
    },
    end(taken: readonly { readonly handle: string }[]) {
      for (const { handle } of taken) order.ended(handle, now);
    },
    keepOnly(...kept: string[]) {
      order.keepOnly((handle) => kept.includes(handle), now);
    },
  };
}

const names = (taken: readonly { readonly name: string }[]) => taken.map(({ name }) => name);
const many = (group: string, count: number) => Array.from({ length: count }, (_, index) => `${group} ${index}`);

describe("the order of delivery", () => {
  it("is that of arrival while no group is noisy", () => {
    const queue = queueOf("a 1", "b 1", "a 2", "alone", "c 1");

    expect(names(queue.take(10))).toEqual(["a 1", "b 1", "a 2", "alone", "c 1"]);
  });

  it("puts a group that takes the processing time behind the others, and messages without a group among those", () => {
    const queue = queueOf(...many("noisy", 50));
    const first = queue.take();
    queue.pass(100);
    queue.end(first);
    queue.send("quiet 1", "alone", "quiet 2");

    expect(names(queue.take(5))).toEqual(["quiet 1", "alone", "quiet 2", "noisy 1", "noisy 2"]);
  });

  it("counts what is still in flight", () => {
    const queue = queueOf(...many("noisy", 50));
    queue.take();
    queue.pass(100);
    queue.send("quiet 1");

    expect(names(queue.take())).toEqual(["quiet 1"]);
  });

  it.each([
    [29, "noisy 29"],
    [30, "quiet 1"],
  ])("with %i messages of a group in flight that took no time yet, has %s next", (count, next) => {
    const queue = queueOf(...many("noisy", 100), "quiet 1");
    queue.take(count);

    expect(names(queue.take())).toEqual([next]);
  });

  it("is that of arrival for a group whose 30 messages in flight are at most a tenth of all", () => {
    const others = Array.from({ length: 20 }, (_, group) => many(`other${group}`, 14)).flat();
    const queue = queueOf(...others, ...many("big", 31), "quiet 1");
    queue.take(others.length + 30);

    expect(names(queue.take(2))).toEqual(["big 30", "quiet 1"]);
  });

  it("among noisy groups begins with the one that has the fewest in flight", () => {
    const queue = queueOf(...many("loud", 40));
    const [first, ...rest] = queue.take(4);
    queue.pass(100);
    queue.end(first ? [first] : []);
    queue.send(...many("late", 40));
    const late = queue.take();
    expect(names(late)).toEqual(["late 0"]);
    queue.pass(100);

    expect(names(queue.take(4))).toEqual(["late 1", "late 2", "loud 4", "late 3"]);
    expect(rest).toHaveLength(3);
  });

  it("forgets with time what a group took", () => {
    const queue = queueOf(...many("was-noisy", 2));
    const taken = queue.take();
    queue.pass(1_000);
    queue.end(taken);
    queue.end(queue.take());
    queue.pass(20 * MINUTE);
    queue.send("was-noisy 9", "quiet 1");

    expect(names(queue.take())).toEqual(["was-noisy 9"]);
  });

  it("lets a group be noisy until its last message was delivered", () => {
    const queue = queueOf(...many("noisy", 32));
    const held = queue.take(30);
    queue.send("quiet 1");
    expect(names(queue.take(2))).toEqual(["quiet 1", "noisy 30"]);
    queue.end(held);
    expect(names(queue.take())).toEqual(["noisy 31"]);
    queue.send("noisy 99", "quiet 2");

    expect(names(queue.take())).toEqual(["noisy 99"]);
  });

  it("lets a group be noisy for five minutes after it has sent something", () => {
    const queue = queueOf(...many("noisy", 60));
    const held = queue.take(30);
    queue.send("quiet 1");
    queue.end([...held, ...queue.take()]);
    queue.pass(4 * MINUTE);
    queue.send("quiet 2");
    const second = queue.take();
    expect(names(second)).toEqual(["quiet 2"]);
    queue.end(second);
    queue.pass(2 * MINUTE);
    queue.send("quiet 3");

    expect(names(queue.take())).toEqual(["noisy 30"]);
  });

  it("counts a message that came back by itself to when that was seen", () => {
    const queue = queueOf(...many("noisy", 5));
    queue.take();
    queue.pass(1_000);
    queue.keepOnly();
    queue.send("quiet 1");

    expect(names(queue.take())).toEqual(["quiet 1"]);
  });
});
