import { expect, it } from "vitest";
import { withGracePeriod } from "../../../shared/engine/worker/run-task.ts";

it("work that never ends is given up even if its signal was aborted before it was waited for", async () => {
  const late = new Error("too late");
  const never = new Promise<never>(() => undefined);

  const waiting = withGracePeriod(never, AbortSignal.abort(late), 1);

  await expect(waiting).rejects.toBe(late);
});
