/**
 * How fast the sweeper releases jobs that were put off: calls for each, and how many at once. What that is in a second
 * depends on the table and the queue; it is printed for the emulators.
 *
 * @module
 */

import { afterAll, beforeAll, expect, it } from "vitest";
import { engineErrors } from "../../../contracts/errors.ts";
import { putOff } from "../../../shared/engine/jobs/job-error.ts";
import { transitions } from "../../../shared/engine/jobs/store.ts";
import { Engine } from "../../helpers/engine.ts";

const JOBS = 300;

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start();
});
afterAll(() => engine.close());

it("takes three calls for each, a hundred at once, and leaves none of those that are due within 75 seconds", async () => {
  const reason = { type: engineErrors.limitReached, cause: "Too many" } as const;
  const now = Date.now();
  for (let job = 0; job < JOBS; job++) {
    const record = await engine.submit({ tenant: `project-${job % 3}` });
    const message = await engine.receive();
    if (message) await engine.acknowledge(message, "test-high");
    // A third is due, a third within the look-ahead, a third later.
    const until = now + (job % 3 === 0 ? 0 : job % 3 === 1 ? 60_000 : 3_600_000);
    await transitions(engine.services).defer(record, { reason: putOff(record, reason, until), until });
  }
  let inFlight = 0;
  let mostInFlight = 0;
  const calls = new Map<string, number>();
  for (const client of [engine.services.store.table.document, engine.services.sqs]) {
    client.send = new Proxy(client.send, {
      apply: async (send, self, args: { constructor: { name: string } }[]) => {
        const name = args[0]?.constructor.name ?? "";
        calls.set(name, (calls.get(name) ?? 0) + 1);
        mostInFlight = Math.max(mostInFlight, ++inFlight);
        try {
          return await Reflect.apply(send, self, args);
        } finally {
          inFlight -= 1;
        }
      },
    });
  }

  const started = performance.now();
  const { released } = await engine.sweep();
  const seconds = (performance.now() - started) / 1_000;

  process.stdout.write(
    `${released} jobs released in ${seconds.toFixed(2)} s: ${Math.round(released / seconds)} a second\n`,
  );
  expect(released).toBe((JOBS * 2) / 3);
  expect(calls.get("GetCommand")).toBe(released);
  expect(calls.get("SendMessageCommand")).toBe(released);
  expect(calls.get("UpdateCommand")).toBe(released);
  expect(mostInFlight).toBeGreaterThan(50);
  const { visible, delayed } = await engine.counts("test-high");
  // A client on a slow machine may send one twice.
  expect(visible).toBeGreaterThanOrEqual(JOBS / 3);
  expect(delayed).toBeGreaterThanOrEqual(JOBS / 3);
});
