import { afterEach, expect, it, vi } from "vitest";
import { revokeJob } from "../../../shared/engine/jobs/revoke.ts";
import { Engine } from "../../helpers/engine.ts";
import { eventually } from "../../helpers/eventually.ts";

let engine: Engine;
afterEach(async () => {
  vi.useRealTimers();
  await engine.close();
});

it.each(["60", "900"])(
  "a running job sees within five seconds that it was revoked, with a lease of %s s",
  async (lease) => {
    engine = await Engine.start({ settings: { TASK_LEASE_SECONDS: lease } });
    let isRunning = false;
    let isAborted = false;
    engine.code = async ({ value }, { signal }) => {
      signal.addEventListener("abort", () => {
        isAborted = true;
      });
      isRunning = true;
      await eventually("the job is aborted", () => isAborted);
      return { value };
    };
    const job = await engine.submit();
    // Only what the worker does from time to time waits for the test; the calls it makes then are real.
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const running = engine.step();
    await eventually("the job runs", () => isRunning);
    expect(await revokeJob(engine.services, job.task_id, { terminate: true })).toMatchObject({ outcome: "revoked" });
    expect(isAborted).toBe(false);

    vi.advanceTimersByTime(5_000);

    expect(await running).toBe("acknowledge");
    expect(isAborted).toBe(true);
    expect(await engine.record(job.task_id)).toMatchObject({ status: "REVOKED" });
  },
);
