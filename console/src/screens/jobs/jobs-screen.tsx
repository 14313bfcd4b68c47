import { call } from "../../api/call.ts";
import { plural } from "../../format/number.ts";
import { useShortcuts } from "../../keyboard/shortcuts.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Link, navigate } from "../../routing/location.tsx";
import type { JobsPlace } from "../../routing/place.ts";
import { Button } from "../../ui/button.tsx";
import { Empty, Failed, Loading } from "../../ui/messages.tsx";
import { Filters } from "./filters.tsx";
import { JobTable } from "./job-table.tsx";
import { isSearching, matchesSearch, queryOf } from "./search.ts";

const EVERY_MS = 2_500;

/** Jobs, newest first, as the filters in the address say. */
export function JobsScreen({ place }: { readonly place: JobsPlace }) {
  const page = usePoll((signal) => call("GET /api/v1/jobs", { query: queryOf(place, Date.now()), signal }), {
    key: `jobs ${JSON.stringify({ ...place, search: isSearching(place) })}`,
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
        {!page.data && page.error ? (
          <Failed error={page.error} retry={page.refresh} />
        ) : !page.data ? (
          <Loading />
        ) : jobs.length > 0 ? (
          <JobTable jobs={jobs} />
        ) : (
          <NoJobs place={place} looked={all.length} />
        )}
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
        <Link to={{ screen: "submit" }}>Submit one</Link> here, or with <code>npx sluice submit</code>. Jobs show up
        here for a day, failed ones for four weeks.
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
