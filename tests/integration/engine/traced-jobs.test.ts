import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { Engine } from "../../helpers/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start();
});
afterAll(() => engine.close());

it("logs the trace that a job belongs to with its run, and shows it to the task", async () => {
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const seen: unknown[] = [];
  engine.code = async ({ value }, context) => {
    seen.push(context.traceparent);
    return { value };
  };
  const logged = vi.spyOn(engine.worker.logger, "createChild");

  await engine.submit({ traceparent });
  await engine.step();
  await engine.submit();
  await engine.step();

  expect(seen).toEqual([traceparent, undefined]);
  const keys = logged.mock.calls.map(([options]) => options?.persistentKeys);
  expect(keys[0]).toMatchObject({ traceparent });
  expect(keys[1]).not.toHaveProperty("traceparent");
});
