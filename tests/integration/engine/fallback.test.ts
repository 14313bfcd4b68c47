/**
 * While the breaker of a backend is open, jobs run by the one that takes over, whose breaker is its own.
 *
 * @module
 */

import { afterEach, beforeEach, expect, it } from "vitest";
import { LLMServerError } from "../../../contracts/errors.ts";
import { CircuitBreaker } from "../../../shared/engine/worker/circuit-breaker.ts";
import type { Worker } from "../../../shared/engine/worker/worker.ts";
import { Engine } from "../../helpers/engine.ts";

let engine: Engine;
let usedFallback: (boolean | undefined)[];
beforeEach(async () => {
  engine = await Engine.start({ breaker: true });
  const fallback = new CircuitBreaker(engine.services.store.table, "llm-fallback");
  Object.assign(engine.worker satisfies Worker, { fallback });
  usedFallback = [];
  engine.code = async ({ value }, context) => {
    usedFallback.push(context.usesFallback);
    return { value };
  };
});
afterEach(() => engine.close());

const open = (backend: string, seconds: number) =>
  engine.services.store.table.put({
    pk: `BREAKER#${backend}`,
    sk: "state",
    open_until: Date.now() + seconds * 1_000,
    ttl: 0,
  });

async function runOne() {
  const { task_id } = await engine.submit();
  const message = await engine.receive();
  if (message) await engine.handle(message);
  return engine.record(task_id);
}

it("is not asked while the breaker is closed", async () => {
  expect(await runOne()).toMatchObject({ status: "SUCCESS" });
  expect(usedFallback).toEqual([undefined]);
});

it("takes over at once while the breaker is open", async () => {
  await open("llm", 600);

  expect(await runOne()).toMatchObject({ status: "SUCCESS", attempts: 1 });
  expect(usedFallback).toEqual([true]);
});

it("opens its own breaker when it fails, and then jobs wait for the first that opens again", async () => {
  await open("llm", 600);
  engine.code = () => Promise.reject(new LLMServerError("down as well"));
  for (let job = 0; job < 5; job++) await runOne();

  const waiting = await runOne();

  expect(waiting).toMatchObject({ status: "RETRY", attempts: 0, error: { type: "BackendDownError" } });
  const wait = (waiting.next_attempt_at ?? 0) - Date.now();
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThan(65_000);
});
