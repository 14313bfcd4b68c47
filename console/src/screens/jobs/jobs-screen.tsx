import { useState } from "preact/hooks";
import { identity } from "../../api/identity.ts";
import { maySubmit } from "../../api/permissions.ts";
import { formatCount, plural } from "../../format/number.ts";
import { useShortcuts } from "../../keyboard/shortcuts.ts";
import { Link, navigate } from "../../routing/location.tsx";
import type { JobsRoute } from "../../routing/route.ts";
import { useStore } from "../../store.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { Time } from "../../ui/time.tsx";
import { revocationOf } from "../revoke/from-list.ts";
import { Filters } from "./filters.tsx";
import { endedEarly, type FoundJobs } from "./find-jobs.ts";
import { JobTable } from "./job-table.tsx";
import { RetryFound } from "./retry-found.tsx";
import { PAGE } from "./search.ts";
import { Selection } from "./selection.tsx";
import { useFoundJobs } from "./use-found-jobs.ts";

/** Jobs, newest first, as the filters in the address say. */
export function JobsScreen({ route }: { readonly route: JobsRoute }) {
  const allowed = maySubmit(useStore(identity));
  const { polled, running, stale, stop, continueSearch } = useFoundJobs(route);
  const found = stale ? undefined : polled.data;
  const early = found !== undefined && !running && endedEarly(found, PAGE);
  const next = found && !running && !early ? (found.nextCursor ?? undefined) : undefined;
  const older = () => next !== undefined && navigate({ ...route, cursor: next });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [retrying, setRetrying] = useState(false);
  // What left the list is not acted on unseen.
  const chosen = polled.data?.jobs.filter(({ task_id }) => selected.has(task_id)) ?? [];
  const clear = () => setSelected(new Set());
  useShortcuts({
    n: older,
    Escape: () => (chosen.length > 0 ? clear() : navigate({ screen: "jobs" })),
  });

  return (
    <>
      <header class="page-head">
        <h1 tabIndex={-1}>Jobs</h1>
        {allowed && (
          <div class="actions">
            <Button icon="retry" onClick={() => setRetrying(true)}>
              Retry jobs …
            </Button>
            <Link class="button" to={revocationOf(route)}>
              <Icon name="stop" />
              Revoke jobs …
            </Link>
            <Link class="button button-primary" to={{ screen: "submit" }}>
              Submit a job
            </Link>
          </div>
        )}
      </header>
      {retrying && <RetryFound route={route} close={() => setRetrying(false)} />}
      <section class="card" aria-label="Jobs">
        <Filters route={route} />
        {chosen.length > 0 && <Selection jobs={chosen} clear={clear} />}
        <div class={stale ? "stale" : ""}>
          <Loaded polled={polled}>
            {({ jobs }) =>
              jobs.length > 0 ? (
                <JobTable jobs={jobs} selected={selected} select={allowed ? setSelected : undefined} />
              ) : (
                !running && <NoJobs route={route} early={early} />
              )
            }
          </Loaded>
        </div>
        <footer class="card-foot">
          <span class="muted" role="status">
            {running ? (
              <Searching found={running} route={route} />
            ) : (
              found && <Summary found={found} early={early} route={route} />
            )}
          </span>
          <div class="actions">
            {running && !stale && (
              <Button icon="stop" onClick={stop}>
                Stop
              </Button>
            )}
            {route.cursor !== undefined && (
              <Button onClick={() => navigate({ ...route, cursor: undefined })}>Newest</Button>
            )}
            {early ? (
              <Button icon="search" onClick={continueSearch}>
                Search further back
              </Button>
            ) : (
              <Button disabled={next === undefined} onClick={older}>
                Older
              </Button>
            )}
          </div>
        </footer>
      </section>
    </>
  );
}

interface SearchedProps {
  readonly found: FoundJobs;
  readonly route: JobsRoute;
}

/** Which filters would have a long search end sooner; none when they are set. */
function Sooner({ found, route: { task, status, since, from, until } }: SearchedProps) {
  if (found.calls < 2) return null;
  const missing = [
    ...(task === undefined ? ["a task"] : []),
    ...(status === undefined ? ["a state"] : []),
    ...(since === undefined && from === undefined && until === undefined ? ["a time"] : []),
  ];
  if (missing.length === 0) return null;
  return <span class="muted">. It ends sooner with {missing.join(" or ")}.</span>;
}

function Searching({ found, route }: SearchedProps) {
  if (found.searched === 0) return <>Searching …</>;
  return (
    <>
      Searching … {plural(found.jobs.length, "job")} found, searched {formatCount(found.searched)} back to{" "}
      <Time at={found.backTo} />
      <Sooner found={found} route={route} />
    </>
  );
}

function Summary({ found, early, route }: SearchedProps & { readonly early: boolean }) {
  const shown = plural(found.jobs.length, "job");
  if (early || (found.nextCursor !== null && found.calls > 1)) {
    return (
      <>
        {shown} found, searched {formatCount(found.searched)} back to <Time at={found.backTo} />
        <Sooner found={found} route={route} />
      </>
    );
  }
  const sifted = found.nextCursor === null && found.searched > found.jobs.length;
  return <>{sifted ? `${shown} found among ${formatCount(found.searched)}` : shown}</>;
}

function NoJobs({ route, early }: { readonly route: JobsRoute; readonly early: boolean }) {
  const allowed = maySubmit(useStore(identity));
  const { screen: _, cursor: __, ...filters } = route;
  if (Object.values(filters).every((value) => value === undefined)) {
    return (
      <Empty title="No jobs yet.">
        {allowed && (
          <>
            <Link to={{ screen: "submit" }}>Submit one</Link> here, or with <code>npx sluice submit</code>.{" "}
          </>
        )}
        Jobs are kept for a day, failed ones for four weeks.
      </Empty>
    );
  }
  return (
    <Empty title={early ? "No job found so far." : "No job fits these filters."}>
      {early ? "There are older ones that were not looked at yet. " : ""}
      <Link to={{ screen: "jobs", project: undefined }}>Clear all filters</Link>
    </Empty>
  );
}
