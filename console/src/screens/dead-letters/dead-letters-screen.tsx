import type { AnswerOf } from "../../api/routes.ts";
import { formatCount } from "../../format/number.ts";
import { loadDeadLetterCounts } from "../../live/dead-letter-counts.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Link } from "../../routing/location.tsx";
import type { DeadLettersRoute } from "../../routing/route.ts";
import { useCurrentInView } from "../../ui/current-in-view.ts";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { QueueLetters } from "./queue-letters.tsx";

const EVERY_MS = 4_000;

/** Jobs that failed for good, by queue and by kind of error. */
export function DeadLettersScreen({ route }: { readonly route: DeadLettersRoute }) {
  const counts = usePoll(loadDeadLetterCounts, { key: "dead-letter-counts", every: EVERY_MS });
  return (
    <>
      <header class="page-head">
        <h1 tabIndex={-1}>Dead letters</h1>
      </header>
      <Loaded polled={counts}>{({ queues }) => <Queues queues={queues} route={route} />}</Loaded>
    </>
  );
}

interface QueuesProps {
  readonly queues: AnswerOf<"GET /api/v1/dlq">["queues"];
  readonly route: DeadLettersRoute;
}

function Queues({ queues, route }: QueuesProps) {
  const queue = route.queue ?? queues.find(({ count }) => count > 0)?.queue;
  const tabs = useCurrentInView(queue);
  return (
    <>
      <nav class="tabs" aria-label="Queues" ref={tabs}>
        {queues.map((each) => (
          <Link
            key={each.queue}
            to={{ screen: "dead-letters", queue: each.queue }}
            aria-current={each.queue === queue ? "page" : undefined}
          >
            {each.queue} <span class={each.count > 0 ? "count" : "muted"}>{formatCount(each.count)}</span>
          </Link>
        ))}
      </nav>
      {queue === undefined ? (
        <section class="card">
          <Empty title="No dead letters.">
            Jobs that have failed for good are listed here, to be inspected, fixed and run again.
          </Empty>
        </section>
      ) : (
        <QueueLetters key={queue} queue={queue} fingerprint={route.fingerprint} />
      )}
    </>
  );
}
