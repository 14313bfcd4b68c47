import { useEffect, useRef, useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { formatCount } from "../../format/number.ts";
import { deadLetterCounts } from "../../live/dead-letter-counts.ts";
import { paces } from "../../live/paces.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Link } from "../../routing/location.tsx";
import type { DeadLettersRoute } from "../../routing/route.ts";
import { useCurrentInView } from "../../ui/current-in-view.ts";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { QueueLetters } from "./queue-letters.tsx";
import type { DeadLettersView } from "./view.ts";

const PAGE = 50;

/** Jobs that failed for good, by queue and by kind of error. */
export function DeadLettersScreen({ route: { queue, fingerprint } }: { readonly route: DeadLettersRoute }) {
  const group = `${queue ?? ""} ${fingerprint ?? ""}`;
  const [pages, setPages] = useState<{ readonly group: string; readonly cursors: readonly string[] }>();
  // Another group begins at its first page.
  const cursors = pages?.group === group ? pages.cursors : [];
  const query = { queue, fingerprint, cursor: cursors.at(-1), limit: PAGE };
  const view = usePoll((signal) => call("GET /api/v1/views/dead-letters", { query, signal }), {
    key: `dead-letters ${JSON.stringify(query)}`,
    every: paces.deadLetters,
  });
  useEffect(() => {
    if (view.data) deadLetterCounts.set(view.data);
  }, [view.data]);
  // Until another group's answer is there, the counts stay, and the groups where it is the same queue.
  const last = useRef(view.data);
  last.current = view.data ?? last.current;
  const known = last.current;
  const current = queue ?? known?.queue ?? null;
  return (
    <>
      <header class="page-head">
        <h1 tabIndex={-1}>Dead letters</h1>
      </header>
      <Loaded polled={{ ...view, data: known }}>
        {({ queues, queue: of, groups }) => (
          <>
            <Queues queues={queues} current={current} />
            {current === null ? (
              <section class="card">
                <Empty title="No dead letters.">
                  Jobs that have failed for good are listed here, to be inspected, fixed and run again.
                </Empty>
              </section>
            ) : (
              <QueueLetters
                key={current}
                queue={current}
                groups={of === current ? groups : undefined}
                listed={view.data?.listed ?? undefined}
                fingerprint={fingerprint}
                cursors={cursors}
                go={(to) => setPages({ group, cursors: to })}
              />
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

interface QueuesProps {
  readonly queues: DeadLettersView["queues"];
  readonly current: string | null;
}

function Queues({ queues, current }: QueuesProps) {
  const tabs = useCurrentInView(current ?? undefined);
  return (
    <nav class="tabs" aria-label="Queues" ref={tabs}>
      {queues.map((each) => (
        <Link
          key={each.queue}
          to={{ screen: "dead-letters", queue: each.queue }}
          aria-current={each.queue === current ? "page" : undefined}
        >
          {each.queue} <span class={each.count > 0 ? "count" : "muted"}>{formatCount(each.count)}</span>
        </Link>
      ))}
    </nav>
  );
}
