import { call } from "../../api/call.ts";
import { plural } from "../../format/number.ts";
import { useShortcuts } from "../../keyboard/shortcuts.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Link, navigate } from "../../routing/location.tsx";
import type { JobsPlace } from "../../routing/place.ts";
import { Button } from "../../ui/button.tsx";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { Filters } from "./filters.tsx";
import { JobTable } from "./job-table.tsx";
import { isSearching, matchesSearch, queryOf } from "./search.ts";

const EVERY_MS = 2_500;

/** Jobs, newest first, as the filters in the address say. */
export function JobsScreen({ place }: { readonly place: JobsPlace }) {
  const page = usePoll((signal) => call("GET /api/v1/jobs", { query: queryOf(place, Date.now()), signal }), {
    key: `jobs ${JSON.stringify({ ...place, search: queryOf(place, 0).trace_id, searching: isSearching(place) })}`,
    every: EVERY_MS,
  });
  const all = page.data?.jobs ?? [];
  const jobs = all.filter((job) => matchesSearch(job, place.search));
  const next = page.data?.next_cursor ?? undefined;
  const older = () => next !== undefined && navigate({ ...place, cursor: next });
  useShortcuts({ n: older, Escape: () => navigate({ screen: "jobs" }) });

  return (
    <>
      <header class="page-head">
        <h1 tabIndex={-1}>Jobs</h1>
        <Link class="button button-primary" to={{ screen: "submit" }}>
          Submit a job
        </Link>
      </header>
      <section class="card" aria-label="Jobs">
        <Filters place={place} />
        <Loaded polled={page}>
          {() => (jobs.length > 0 ? <JobTable jobs={jobs} /> : <NoJobs place={place} looked={all.length} />)}
        </Loaded>
        <footer class="card-foot">
          <span class="muted" role="status">
            {page.data &&
              `${plural(jobs.length, "job")}${isSearching(place) ? ` among ${all.length} on this page` : ""}`}
          </span>
          <div class="actions">
            {place.cursor !== undefined && (
              <Button onClick={() => navigate({ ...place, cursor: undefined })}>Newest</Button>
            )}
            <Button disabled={next === undefined} onClick={older}>
              Older
            </Button>
          </div>
        </footer>
      </section>
    </>
  );
}

function NoJobs({ place, looked }: { readonly place: JobsPlace; readonly looked: number }) {
  const { screen: _, cursor: __, ...filters } = place;
  if (Object.values(filters).every((value) => value === undefined)) {
    return (
      <Empty title="No jobs yet.">
        <Link to={{ screen: "submit" }}>Submit one</Link> here, or with <code>npx sluice submit</code>. Jobs are kept
        for a day, failed ones for four weeks.
      </Empty>
    );
  }
  return (
    <Empty title={looked > 0 ? "No job on this page fits the search." : "No job fits these filters."}>
      {looked > 0 ? "Look at older ones, or paste a whole id. " : ""}
      <Link to={{ screen: "jobs" }}>Clear all filters</Link>
    </Empty>
  );
}
