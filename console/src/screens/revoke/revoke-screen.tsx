import { useState } from "preact/hooks";
import { connection } from "../../api/connection.ts";
import { messageOf } from "../../api/errors.ts";
import { formatCount, plural } from "../../format/number.ts";
import { useShortcuts } from "../../keyboard/shortcuts.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Link, navigate } from "../../routing/location.tsx";
import type { JobsRoute, RevokeRoute } from "../../routing/route.ts";
import { Back } from "../../ui/back.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { notify } from "../../ui/notify.ts";
import { filterOf, type RevokeFilter } from "./filter.ts";
import { hasEnded, listOf, notTakenOver } from "./from-list.ts";
import { RevokeFilters } from "./revoke-filters.tsx";
import { type DryRun, dryRun, type Revoked, revokeCounted } from "./revoke-jobs.ts";
import { Sample } from "./sample.tsx";

/** Revoking many jobs: a filter, what it would revoke, and only then the button. */
export function RevokeScreen({ route }: { readonly route: RevokeRoute }) {
  const filter = filterOf(route);
  const list = listOf(route);
  const jobs = list ?? jobsOf(route);
  useShortcuts({ Escape: () => navigate(jobs) });
  return (
    <>
      <Back to={jobs}>Jobs</Back>
      <header class="page-head">
        <h1 tabIndex={-1}>Revoke jobs</h1>
      </header>
      <section class="card" aria-label="Which jobs">
        <RevokeFilters route={route} />
        {list && <NotTakenOver list={list} />}
        {filter ? (
          <Counted key={JSON.stringify(route)} route={route} filter={filter} />
        ) : (
          <Empty title="Which jobs shall not run?">
            Choose at least one of task, state, age, batch and trace. What fits all of them is counted first; nothing is
            revoked until you say so.
          </Empty>
        )}
      </section>
    </>
  );
}

/** The jobs page with the filters that it shares with this one. */
function jobsOf({ task, status, project, batch, trace }: RevokeRoute): JobsRoute {
  return { screen: "jobs", task, status, project, batch, search: trace && `trace:${trace}` };
}

/** What the list that one came from was filtered by, and this page is not. */
function NotTakenOver({ list }: { readonly list: JobsRoute }) {
  const left = notTakenOver(list);
  return (
    <div class="callout">
      {hasEnded(list) && (
        <p>
          The list showed jobs in the state {list.status}. They have ended, so none of them can be revoked: this page is
          about jobs that have not.
        </p>
      )}
      {left.length > 0 && (
        <p>
          Not taken over from the list: {left.join(", ")}. A revocation does not go by these, so jobs may fit that the
          list did not show.
        </p>
      )}
    </div>
  );
}

interface CountedProps {
  readonly route: RevokeRoute;
  readonly filter: RevokeFilter;
}

function Counted({ route, filter }: CountedProps) {
  const { project } = route;
  const [soFar, setSoFar] = useState<Revoked>();
  const [confirming, setConfirming] = useState(false);
  const [done, setDone] = useState<Revoked>();
  const polled = usePoll((signal) => dryRun(filter, { project, signal, report: setSoFar }), {
    key: `revoke ${JSON.stringify(route)}`,
    every: 0,
  });
  if (!polled.data && !polled.error && soFar) {
    return <Empty title={`${plural(soFar.revoked, "job")} so far …`}>Looking through the project's jobs.</Empty>;
  }
  return (
    <Loaded polled={polled}>
      {(counted) => (
        <>
          {done && <Done done={done} route={route} />}
          <WouldRevoke counted={counted} />
          <footer class="card-foot">
            <span class="muted small">
              A revoked job never runs, unless it is retried. Jobs submitted from now on are not touched.
            </span>
            <Button icon="stop" kind="danger" disabled={counted.revoked === 0} onClick={() => setConfirming(true)}>
              Revoke {plural(counted.revoked, "job")}
            </Button>
          </footer>
          {confirming && (
            <ConfirmRevocation
              counted={counted}
              filter={filter}
              project={project}
              close={() => setConfirming(false)}
              finished={(result) => {
                setDone(result);
                connection.refreshAll();
              }}
            />
          )}
        </>
      )}
    </Loaded>
  );
}

function WouldRevoke({ counted }: { readonly counted: DryRun }) {
  const { revoked, skipped, sample } = counted;
  const spared = skipped > 0 ? `${plural(skipped, "running job is", "running jobs are")} left alone.` : "";
  if (revoked === 0) return <Empty title="No unfinished job fits.">{spared}</Empty>;
  return (
    <>
      <p class="dry-run" role="status">
        <b class="tile-value">{formatCount(revoked)}</b>
        <span>
          {revoked === 1 ? "job" : "jobs"} would be revoked. {spared}{" "}
          <span class="muted">Dry run: nothing has happened yet.</span>
        </span>
      </p>
      <Sample jobs={sample} total={revoked} />
    </>
  );
}

function Done({ done, route }: { readonly done: Revoked; readonly route: RevokeRoute }) {
  return (
    <p class="callout callout-good" role="status">
      {plural(done.revoked, "job")} revoked
      {done.skipped > 0 && `, ${formatCount(done.skipped)} left alone or ended meanwhile`}.{" "}
      <Link to={{ ...jobsOf(route), status: "REVOKED" }}>Show them</Link>
    </p>
  );
}

interface ConfirmRevocationProps {
  readonly counted: DryRun;
  readonly filter: RevokeFilter;
  readonly project: string | undefined;
  readonly close: () => void;
  readonly finished: (result: Revoked) => void;
}

function ConfirmRevocation({ counted, filter, project, close, finished }: ConfirmRevocationProps) {
  const [soFar, setSoFar] = useState<Revoked>();
  const jobs = plural(counted.revoked, "job");
  const confirm = async (): Promise<void> => {
    let done = 0;
    const report = (so: Revoked): void => {
      done = so.revoked;
      setSoFar(so);
    };
    const result = await revokeCounted(filter, counted, { project, report }).catch((error: unknown) => {
      // The same button goes on: what is revoked no longer fits.
      throw done === 0 ? error : new Error(`At least ${plural(done, "job")} revoked, then: ${messageOf(error)}`);
    });
    notify(`${plural(result.revoked, "job")} revoked.`);
    finished(result);
  };
  return (
    <Confirm title={`Revoke ${jobs}?`} action={`Revoke ${jobs}`} confirm={confirm} close={close}>
      <p>
        Waiting ones never run.{" "}
        {filter.terminate ? "Running jobs are stopped, and their work so far is discarded." : "Running ones continue."}
      </p>
      {soFar && (
        <p class="callout" role="status">
          {formatCount(soFar.revoked)} of {formatCount(counted.revoked)} so far …
        </p>
      )}
    </Confirm>
  );
}
