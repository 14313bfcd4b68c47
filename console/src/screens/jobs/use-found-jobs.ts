import { useRef, useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { paces } from "../../live/paces.ts";
import { type Polled, usePoll } from "../../live/use-poll.ts";
import type { JobsRoute } from "../../routing/route.ts";
import { type FoundJobs, findJobs, nothingYet } from "./find-jobs.ts";
import { queryOf } from "./search.ts";

interface JobSearch {
  /** What to show: the whole answer, what is found so far, or what was there before the filters changed. */
  readonly polled: Polled<FoundJobs>;
  /** How far a search has come that takes more than a moment. */
  readonly running: FoundJobs | undefined;
  /** What is shown belongs to other filters. */
  readonly stale: boolean;
  /** Ends the search with what it has found. */
  readonly stop: () => void;
  /** Continues where a search has ended early. */
  readonly continueSearch: () => void;
}

/** The jobs that the address asks for: live while one call finds them, searched for once when it takes more. */
export function useFoundJobs(route: JobsRoute): JobSearch {
  const key = `jobs ${JSON.stringify(route)}`;
  const [progress, setProgress] = useState<{ readonly key: string; readonly found: FoundJobs }>();
  const stopped = useRef(false);
  const from = useRef<FoundJobs>(undefined);
  const last = useRef<FoundJobs>(undefined);

  const polled = usePoll(
    async (signal) => {
      const earlier = from.current;
      from.current = undefined;
      stopped.current = false;
      try {
        return await findJobs(queryOf(route, Date.now()), {
          list: (query) => call("GET /api/v1/jobs", { query, signal }),
          from: earlier,
          isStopped: () => stopped.current,
          report: (found) => !signal.aborted && setProgress({ key, found }),
        });
      } finally {
        if (!signal.aborted) setProgress(undefined);
      }
    },
    // Going through thousands of jobs every few seconds would cost more than it is worth.
    { key, every: (found) => (found && found.calls > 1 ? 0 : paces.jobs) },
  );
  const running = progress?.key === key ? progress.found : undefined;
  const known = polled.data;
  const current = running && running.jobs.length >= (known?.jobs.length ?? 0) ? running : known;
  const stale = current === undefined && polled.error === undefined && last.current !== undefined;
  if (current) last.current = current;
  return {
    polled: { ...polled, data: current ?? (stale ? last.current : undefined) },
    running: running ?? (stale ? nothingYet : undefined),
    stale,
    stop: () => {
      stopped.current = true;
    },
    continueSearch: () => {
      from.current = known;
      polled.refresh();
    },
  };
}
