import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { ApiError } from "../../api/errors.ts";
import { identity } from "../../api/identity.ts";
import { maySubmit } from "../../api/permissions.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { formatCount, plural } from "../../format/number.ts";
import { useShortcuts } from "../../keyboard/shortcuts.ts";
import { paces } from "../../live/paces.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Link, navigate } from "../../routing/location.tsx";
import { type JobsRoute, jobStates } from "../../routing/route.ts";
import { useStore } from "../../store.ts";
import { Back } from "../../ui/back.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Fact } from "../../ui/fact.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { notify } from "../../ui/notify.ts";
import { RecordHead } from "../../ui/record-head.tsx";
import { StatusBadge } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";
import { StateBar } from "./state-bar.tsx";

/** A batch, as the API shows it. */
export type Batch = AnswerOf<"GET /api/v1/batches/{batch_id}">;

/** Milliseconds between two questions: the more jobs have not ended, the more rarely it is asked. */
function paceOf({ counts, ready }: Batch): number {
  if (ready) return paces.endedBatch;
  const open = counts.PENDING + counts.STARTED + counts.RETRY;
  return Math.min(paces.slowestBatch, paces.batch + open * paces.eachOpenJob);
}

/** One batch: how many of its jobs are in which state, live until all have an outcome. */
export function BatchScreen({ id }: { readonly id: string }) {
  const allowed = maySubmit(useStore(identity));
  const params = { batch_id: id };
  const polled = usePoll((signal) => call("GET /api/v1/batches/{batch_id}", { params, signal }), {
    key: `batch ${id}`,
    every: (known) => (known ? paceOf(known) : paces.batch),
  });
  useShortcuts({ Escape: () => (history.length > 1 ? history.back() : navigate({ screen: "jobs" })) });
  const batch = polled.data;

  if (!batch && polled.error instanceof ApiError && polled.error.status === 404) return <NoSuchBatch id={id} />;
  return (
    <>
      <RecordHead
        kind="Batch"
        id={id}
        back={<Back to={{ screen: "batches" }}>Batches</Back>}
        actions={batch && <Actions batch={batch} allowed={allowed} changed={polled.refresh} />}
      />
      <Loaded polled={polled}>{(loaded) => <Counts batch={loaded} />}</Loaded>
    </>
  );
}

interface ActionsProps {
  readonly batch: Batch;
  readonly allowed: boolean;
  readonly changed: () => void;
}

function Actions({ batch, allowed, changed }: ActionsProps) {
  const [cancelling, setCancelling] = useState(false);
  const cancel = async (): Promise<void> => {
    const { message } = await call("POST /api/v1/batches/{batch_id}/cancel", { params: { batch_id: batch.batch_id } });
    notify(message);
    changed();
  };
  return (
    <div class="actions">
      {allowed && !batch.ready && (
        <>
          <Link class="button" to={{ screen: "revoke", batch: batch.batch_id, project: batch.project_id }}>
            Revoke some …
          </Link>
          <Button icon="stop" kind="danger" onClick={() => setCancelling(true)}>
            Cancel
          </Button>
        </>
      )}
      {cancelling && (
        <Confirm
          title="Cancel this batch?"
          action="Cancel the batch"
          confirm={cancel}
          close={() => setCancelling(false)}
        >
          <p>
            No more of its jobs are made, and those that have not ended are revoked, running ones too. What is to follow
            the batch is done all the same.
          </p>
        </Confirm>
      )}
      <Link class="button" to={jobsOf(batch)}>
        <Icon name="jobs" />
        Show its jobs
      </Link>
    </div>
  );
}

/** Its jobs, or those in one state. */
const jobsOf = (batch: Batch, status?: JobsRoute["status"]): JobsRoute => ({
  screen: "jobs",
  batch: batch.batch_id,
  task: batch.task_name,
  project: batch.project_id,
  status,
});

function Counts({ batch }: { readonly batch: Batch }) {
  const { counts, total, expired } = batch;
  const finished = counts.SUCCESS + counts.FAILURE + counts.REVOKED + expired;
  return (
    <>
      <section class="card" aria-label="Progress">
        <header class="card-head">
          <h2 aria-live="polite">
            {batch.ready ? outcomeOf(batch) : `${formatCount(finished)} of ${plural(total, "job")} done`}
          </h2>
        </header>
        <div class="batch-progress">
          <StateBar counts={counts} total={total} />
        </div>
        <ul class="batch-states">
          {jobStates.map((state) => (
            <li key={state} class={counts[state] === 0 ? "batch-none" : ""}>
              <Link to={jobsOf(batch, state)}>
                <StatusBadge status={state} />
                <b class="tile-value">{formatCount(counts[state])}</b>
              </Link>
            </li>
          ))}
        </ul>
        {expired > 0 && (
          <p class="card-note muted small">
            The records of {plural(expired, "job")} are gone: results are kept for a day, failures for four weeks.
          </p>
        )}
      </section>
      <dl class="card facts">
        <Fact name="Task">
          <Link to={{ screen: "jobs", task: batch.task_name, project: batch.project_id }}>{batch.task_name}</Link>
        </Fact>
        <Fact name="Project">{batch.project_id}</Fact>
        <Fact name="Jobs">{formatCount(total)}</Fact>
        <Fact name="Created">
          <Time at={batch.created_at} />
        </Fact>
      </dl>
    </>
  );
}

function outcomeOf({ successful, total, counts }: Batch): string {
  if (successful) return total === 1 ? "The one job succeeded" : `All ${plural(total, "job")} succeeded`;
  const parts = [
    counts.SUCCESS > 0 && `${formatCount(counts.SUCCESS)} succeeded`,
    counts.FAILURE > 0 && `${formatCount(counts.FAILURE)} failed`,
    counts.REVOKED > 0 && `${formatCount(counts.REVOKED)} revoked`,
  ].filter((part) => part !== false);
  return parts.length > 0 ? `Done: ${parts.join(", ")}` : "Done";
}

function NoSuchBatch({ id }: { readonly id: string }) {
  return (
    <>
      <h1 tabIndex={-1}>No such batch</h1>
      <Empty title={`There is no batch ${id.slice(0, 64)}.`}>
        It may have expired, or it belongs to a project that this key does not see.{" "}
        <Link to={{ screen: "jobs" }}>All jobs</Link>
      </Empty>
    </>
  );
}
