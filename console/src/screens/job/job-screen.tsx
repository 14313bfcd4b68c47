import type { Job } from "../../../../contracts/jobs/wire.ts";
import { ApiError } from "../../api/errors.ts";
import { useShortcuts } from "../../keyboard/shortcuts.ts";
import { Link, navigate } from "../../routing/location.tsx";
import { type JobTab, jobTabs } from "../../routing/route.ts";
import { Back } from "../../ui/back.tsx";
import { useCurrentInView } from "../../ui/current-in-view.ts";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { RecordHead } from "../../ui/record-head.tsx";
import { Progress, StatusBadge } from "../../ui/status.tsx";
import { Value } from "../../ui/value.tsx";
import { JobActions } from "./job-actions.tsx";
import { JobError } from "./job-error.tsx";
import { JobFacts } from "./job-facts.tsx";
import { JobInput } from "./job-input.tsx";
import { Timeline } from "./timeline.tsx";
import { type JobView, useJobView } from "./use-job-view.ts";

const tabNames: Readonly<Record<JobTab, string>> = {
  overview: "Outcome",
  input: "Input",
  timeline: "Timeline",
  json: "JSON",
};

interface JobScreenProps {
  readonly id: string;
  readonly tab: JobTab;
}

/** One job, live until it has an outcome. */
export function JobScreen({ id, tab }: JobScreenProps) {
  const polled = useJobView(id);
  useShortcuts({ Escape: () => (history.length > 1 ? history.back() : navigate({ screen: "jobs" })) });
  const job = polled.data?.job;

  if (!job && polled.error instanceof ApiError && polled.error.status === 404) return <NoSuchJob id={id} />;
  return (
    <>
      <RecordHead
        kind="Job"
        id={id}
        back={<Back to={{ screen: "jobs" }}>Jobs</Back>}
        actions={job && <JobActions job={job} changed={polled.refresh} />}
      >
        <span role="status" aria-live="polite">
          {job && <StatusBadge status={job.status} />}
        </span>
        {job?.progress && !job.ready && <Progress progress={job.progress} wide />}
      </RecordHead>
      <Loaded polled={polled}>{(view) => <Parts view={view} tab={tab} />}</Loaded>
    </>
  );
}

function Parts({ view, tab }: { readonly view: JobView; readonly tab: JobTab }) {
  const { job } = view;
  const tabs = useCurrentInView(tab);
  return (
    <>
      <JobFacts job={job} />
      <nav class="tabs" aria-label="Parts of the job" ref={tabs}>
        {jobTabs.map((name) => (
          <Link
            key={name}
            to={{ screen: "job", id: job.task_id, tab: name }}
            aria-current={name === tab ? "page" : undefined}
          >
            {tabNames[name]}
          </Link>
        ))}
      </nav>
      <Tab view={view} tab={tab} />
    </>
  );
}

function Tab({ view, tab }: { readonly view: JobView; readonly tab: JobTab }) {
  const { job } = view;
  switch (tab) {
    case "overview":
      return (
        <>
          <Outcome job={job} />
          <Timeline view={view} />
        </>
      );
    case "input":
      return <JobInput job={job} />;
    case "timeline":
      return <Timeline view={view} />;
    case "json":
      return <Value label="Job" value={job} />;
  }
}

/** The result, the error, or what is being waited for. */
function Outcome({ job }: { readonly job: Job }) {
  if (job.status === "SUCCESS") return <Value label="Result" value={job.result} />;
  if (job.error) return <JobError error={job.error} job={job} />;
  return (
    <section class="card">
      <Empty title={waitingFor[job.status]}>{job.ready ? "" : "This page follows it."}</Empty>
    </section>
  );
}

const waitingFor: Readonly<Record<Job["status"], string>> = {
  PENDING: "Waiting for a worker.",
  STARTED: "Running.",
  RETRY: "Waiting for its next attempt.",
  SUCCESS: "Done.",
  FAILURE: "Failed without saying why.",
  REVOKED: "Revoked: it has no result.",
};

function NoSuchJob({ id }: { readonly id: string }) {
  return (
    <>
      <h1 tabIndex={-1}>No such job</h1>
      <Empty title={`There is no job ${id.slice(0, 64)}.`}>
        It may have expired: results are kept for a day, failures for four weeks. Or it belongs to a project that this
        key does not see. Or it is the id of a batch: <Link to={{ screen: "batch", id }}>look for the batch</Link>, or
        see <Link to={{ screen: "jobs" }}>all jobs</Link>.
      </Empty>
    </>
  );
}
