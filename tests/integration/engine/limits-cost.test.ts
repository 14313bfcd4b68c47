/**
 * What a limit costs, call by call: nothing where none is set.
 *
 * @module
 */

import { afterEach, expect, it } from "vitest";
import { Limiter } from "../../../shared/engine/limits/limiter.ts";
import { llmLimiter } from "../../../shared/engine/limits/llm-limiter.ts";
import { Engine, type EngineOptions } from "../../helpers/engine.ts";

let engine: Engine;
afterEach(() => engine.close());

const oneAtATime: EngineOptions["limiter"] = ({ store, now }) =>
  new Limiter({
    table: store.table,
    backend: "llm",
    limits: { concurrent_calls: 1 },
    limitsOf: () => ({}),
    now,
    wait: async (ms) => {
      engine.clockOffsetMs += ms;
    },
  });

/** The calls of one delivery. */
async function callsOfRun(): Promise<string[]> {
  const calls: string[] = [];
  for (const client of [engine.services.store.table.document, engine.services.sqs]) {
    const { send } = client;
    client.send = new Proxy(send, {
      apply: (target, self, args: { constructor: { name: string } }[]) => {
        calls.push(args[0]?.constructor.name ?? "");
        return Reflect.apply(target, self, args);
      },
    });
  }
  const message = await engine.receive();
  if (!message) throw new Error("no message");
  calls.length = 0;
  await engine.consume(message, { getRemainingTimeInMillis: () => 60_000 });
  return calls;
}

it("is nothing without a limit: a run makes the two writes that it made", async () => {
  engine = await Engine.start({ limiter: (services) => llmLimiter(services, { LLM_BACKEND: "llamacpp" }) });
  await engine.submit();

  expect(await callsOfRun()).toEqual(["UpdateCommand", "UpdateCommand"]);
});

it("is two reads and two writes for a run", async () => {
  engine = await Engine.start({ limiter: oneAtATime });
  await engine.submit();

  expect(await callsOfRun()).toEqual([
    "GetCommand", // the job, which says whose it is
    "GetCommand", // the limiter's state
    "PutCommand",
    "UpdateCommand", // the claim
    "UpdateCommand", // its end
    "UpdateCommand", // the slot is given back
  ]);
});

it("is two reads and two writes to put a job off, and none to SQS", async () => {
  engine = await Engine.start({ limiter: oneAtATime });
  await engine.worker.limiter?.ask({ tenant: "other", lease: { token: "held", ms: 600_000 } });
  const { task_id } = await engine.submit();

  const calls = await callsOfRun();

  // Looked at again until its patience is over.
  expect(calls.slice(0, 2)).toEqual(["GetCommand", "GetCommand"]);
  expect(calls.slice(-2)).toEqual(["PutCommand", "UpdateCommand"]);
  expect(new Set(calls.slice(2, -2))).toEqual(new Set(["GetCommand"]));
  expect(await engine.record(task_id)).toMatchObject({ status: "RETRY", attempts: 0, needs_send: true });
});

it("of a key is a write in vain more, for jobs of that key alone", async () => {
  engine = await Engine.start({ limiter: (services) => llmLimiter(services, {}) });
  const limitedKey = { id: "key_a", limits: { concurrent_calls: 1 } };
  await engine.submit({ limitedKey });

  expect(await callsOfRun()).toEqual([
    "UpdateCommand", // a claim that a job with a limited key refuses
    "GetCommand", // the job
    "GetCommand", // the limiter's state
    "PutCommand",
    "UpdateCommand", // the claim
    "UpdateCommand", // its end
    "UpdateCommand", // the slot is given back
  ]);
});
