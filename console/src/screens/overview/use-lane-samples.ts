import { useEffect } from "preact/hooks";
import { call } from "../../api/call.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { onSignOut } from "../../api/session.ts";
import { samplesOf, valuesOf } from "../../live/lane-samples.ts";
import { addSamples, prepend, type Samples } from "../../live/samples.ts";
import { createStore, useStore } from "../../store.ts";

/** Kept outside of the page, so that a look elsewhere does not lose the lines. */
const samples = createStore<Samples>({});
const HISTORY_MINUTES = 60;
/** Closer together, two answers are one sample. */
const APART_MS = 1_000;
const UNCHANGED_MS = 5_000;
let last = 0;
let begun = false;

onSignOut(() => {
  samples.set({});
  begun = false;
});

/** The course of each lane's figures: the hour before, then every answer that the page gets. */
export function useLaneSamples(answer: AnswerOf<"GET /api/v1/queues"> | undefined): Samples {
  useEffect(() => {
    if (begun) return;
    begun = true;
    call("GET /api/v1/queues/history", { query: { minutes: HISTORY_MINUTES } }).then(
      (history) => samples.set(prepend(samplesOf(history), samples.get())),
      // Without it the lines begin now.
      () => undefined,
    );
  }, []);
  useEffect(() => {
    if (!answer) return;
    const take = (): void => {
      const now = Date.now();
      if (now - last < APART_MS || document.hidden) return;
      last = now;
      samples.set(addSamples(samples.get(), now, valuesOf(answer)));
    };
    take();
    // The poller gives no new answer when nothing has changed: that is a sample too.
    const timer = setInterval(take, UNCHANGED_MS);
    return () => clearInterval(timer);
  }, [answer]);
  return useStore(samples);
}
