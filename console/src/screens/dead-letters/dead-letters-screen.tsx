import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { identity, isAdmin } from "../../api/identity.ts";
import { formatCount } from "../../format/number.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Link } from "../../routing/location.tsx";
import type { DeadLettersPlace } from "../../routing/place.ts";
import { useStore } from "../../store.ts";
import { Button } from "../../ui/button.tsx";
import { Empty, Failed, Loading } from "../../ui/messages.tsx";
import { ActionDialog } from "./action-dialog.tsx";
import type { Asked } from "./filter.ts";
import { Groups } from "./groups.tsx";

const EVERY_MS = 4_000;

/** Jobs that failed for good, by queue and by kind of error. */
export function DeadLettersScreen({ place }: { readonly place: DeadLettersPlace }) {
  const counts = usePoll((signal) => call("GET /api/v1/dlq", { signal }), {
    key: "dead-letter-counts",
    every: EVERY_MS,
  });
  const queues = counts.data?.queues ?? [];
  const queue = place.queue ?? queues.find(({ count }) => count > 0)?.queue;

  if (!counts.data && counts.error) return <Failed error={counts.error} retry={counts.refresh} />;
  if (!counts.data) return <Loading />;
  return (
    <>
      <header class="page-head">
        <h1 tabIndex={-1}>Dead letters</h1>
      </header>
      <nav class="tabs" aria-label="Queues">
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
            A job that has failed for good shows up here, to be read, mended and run again.
          </Empty>
        </section>
      ) : (
        <Queue key={queue} queue={queue} fingerprint={place.fingerprint} changed={counts.refresh} />
      )}
    </>
  );
}

interface QueueProps {
  readonly queue: string;
  readonly fingerprint: string | undefined;
  readonly changed: () => void;
}

function Queue({ queue, fingerprint, changed }: QueueProps) {
  const admin = isAdmin(useStore(identity));
  const [asked, setAsked] = useState<Asked>();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const groups = usePoll((signal) => call("GET /api/v1/dlq/{queue}/groups", { params: { queue }, signal }), {
    key: `dead-letter-groups ${queue}`,
    every: EVERY_MS,
  });
  const total = groups.data?.total_count ?? 0;
  const ask = (action: Asked["action"], filter: Asked["filter"], count: number) => setAsked({ action, filter, count });
  const afterwards = (): void => {
    setSelected(new Set());
    groups.refresh();
    changed();
  };
  const askSelected = (action: Asked["action"]) => ask(action, { task_ids: [...selected] }, selected.size);

  if (!groups.data && groups.error) return <Failed error={groups.error} retry={groups.refresh} />;
  if (!groups.data) return <Loading />;
  if (total === 0) {
    return (
      <section class="card">
        <Empty title={`No dead letters in ${queue}.`}>Nothing to do here.</Empty>
      </section>
    );
  }
  return (
    <section class="card" aria-label={`Dead letters of ${queue}`}>
      <header class="card-head card-head-sticky">
        <h2>{selected.size > 0 ? `${formatCount(selected.size)} selected` : `${formatCount(total)} in ${queue}`}</h2>
        {admin ? (
          <div class="actions">
            {selected.size > 0 ? (
              <>
                <Button icon="retry" kind="primary" onClick={() => askSelected("redrive")}>
                  Redrive selected
                </Button>
                <Button icon="archive" onClick={() => askSelected("archive")}>
                  Archive
                </Button>
                <Button icon="trash" kind="danger" onClick={() => askSelected("purge")}>
                  Purge
                </Button>
                <Button kind="quiet" onClick={() => setSelected(new Set())}>
                  Clear
                </Button>
              </>
            ) : (
              <>
                <Button icon="retry" onClick={() => ask("redrive", { all: true }, total)}>
                  Redrive all
                </Button>
                <Button icon="archive" onClick={() => ask("archive", { all: true }, total)}>
                  Archive all
                </Button>
                <Button icon="trash" kind="danger" onClick={() => ask("purge", { all: true }, total)}>
                  Purge all
                </Button>
              </>
            )}
          </div>
        ) : (
          <span class="muted small">Redriving needs an admin key.</span>
        )}
      </header>
      <Groups
        queue={queue}
        groups={groups.data.groups}
        open={fingerprint}
        admin={admin}
        selected={selected}
        select={setSelected}
        ask={ask}
      />
      {asked && <ActionDialog queue={queue} asked={asked} close={() => setAsked(undefined)} changed={afterwards} />}
    </section>
  );
}
