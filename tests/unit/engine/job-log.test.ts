import { describe, expect, it } from "vitest";
import type { LogLine } from "../../../shared/engine/jobs/record.ts";
import { JobLog, type TaskLog } from "../../../shared/engine/worker/context.ts";

const silent: TaskLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function start({ log = silent, earlier = [] as readonly LogLine[] } = {}) {
  let kept = 0;
  const job = new JobLog(log, { attempt: 2, earlier, now: () => 7, kept: () => kept++ });
  return { job, kept: () => kept, texts: () => job.lines?.map(({ m }) => m) };
}

describe("what a task logs", () => {
  it("goes to the worker's log as it is, and is kept as a line", () => {
    const said: unknown[] = [];
    const { job } = start({ log: { ...silent, warn: (...args: unknown[]) => void said.push(args) } });

    job.log.warn("A page is blank.", { page: 4, parts: { left: 1 } });

    expect(said).toEqual([["A page is blank.", { page: 4, parts: { left: 1 } }]]);
    expect(job.lines).toEqual([{ t: 7, n: 2, l: "w", m: "A page is blank. page=4" }]);
  });

  it.each<[string, Parameters<TaskLog["info"]>, string]>([
    ["an object with a message", [{ message: "Done.", pages: 3 }], "Done. pages=3"],
    ["an error beside it", ["Not read:", new TypeError("no page")], "Not read: TypeError: no page"],
    ["an error among the fields", ["Not read.", { error: new Error("torn") }], "Not read. error=Error: torn"],
    ["lines of its own", ["one\n  two"], "one two"],
  ])("may be %s", (_, said, line) => {
    const { job, texts } = start();

    job.log.info(...(said as [string]));

    expect(texts()).toEqual([line]);
  });

  it("is not kept when it is for debugging", () => {
    const { job, kept } = start();

    job.log.debug("x = 1");

    expect(job.lines).toBeUndefined();
    expect(kept()).toBe(0);
  });

  it("follows the lines of earlier attempts", () => {
    const { job, texts, kept } = start({ earlier: [{ t: 1, n: 1, l: "i", m: "first" }] });
    expect(job.lines).toBeUndefined();

    job.log.info("second");

    expect(texts()).toEqual(["first", "second"]);
    expect(kept()).toBe(1);
  });

  it("keeps the newest lines, few and short", () => {
    const { job, texts } = start();
    for (let n = 0; n < 50; n++) job.log.info(`line ${n}`);
    expect(texts()).toEqual(Array.from({ length: 20 }, (_, n) => `line ${n + 30}`));

    for (let n = 0; n < 20; n++) job.log.info("x".repeat(1_000));
    expect(texts()).toEqual(Array.from({ length: 6 }, () => "x".repeat(300)));
  });
});
