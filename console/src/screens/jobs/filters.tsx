import { useEffect, useRef, useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { identity, isAdmin } from "../../api/identity.ts";
import { usePoll } from "../../live/use-poll.ts";
import { navigate } from "../../routing/location.tsx";
import { type JobsPlace, jobStates, type Span } from "../../routing/place.ts";
import { useStore } from "../../store.ts";
import { Icon } from "../../ui/icons.tsx";
import { jobIdIn } from "./search.ts";

const spanNames: Readonly<Record<Span, string>> = {
  "15m": "Last 15 minutes",
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
};

/** The filters of the jobs page. Each change is a new address. */
export function Filters({ place }: { readonly place: JobsPlace }) {
  const admin = isAdmin(useStore(identity));
  const tasks = usePoll((signal) => call("GET /api/v1/tasks/registered", { signal }), { key: "tasks", every: 0 });
  const names = tasks.data?.registered_tasks ?? [];
  const filter = (change: Partial<JobsPlace>, replace = false) =>
    navigate({ ...place, cursor: undefined, ...change }, { replace });
  return (
    <search class="filters">
      <SearchField place={place} filter={filter} />
      <select
        aria-label="State"
        value={place.status ?? ""}
        onChange={(event) => filter({ status: jobStates.find((state) => state === event.currentTarget.value) })}
      >
        <option value="">All states</option>
        {jobStates.map((state) => (
          <option key={state}>{state}</option>
        ))}
      </select>
      <select
        aria-label="Task"
        value={place.task ?? ""}
        onChange={(event) => filter({ task: event.currentTarget.value || undefined })}
      >
        <option value="">All tasks</option>
        {[...new Set([...names, ...(place.task === undefined ? [] : [place.task])])].map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <select
        aria-label="Created"
        value={place.since ?? ""}
        onChange={(event) => filter({ since: (event.currentTarget.value || undefined) as Span | undefined })}
      >
        <option value="">Any time</option>
        {Object.entries(spanNames).map(([span, name]) => (
          <option key={span} value={span}>
            {name}
          </option>
        ))}
      </select>
      {admin && <ProjectField place={place} filter={filter} />}
    </search>
  );
}

interface FieldProps {
  readonly place: JobsPlace;
  readonly filter: (change: Partial<JobsPlace>, replace?: boolean) => void;
}

const TYPING_MS = 200;

/** Searches while one types; a whole id and Enter opens the job. */
function SearchField({ place, filter }: FieldProps) {
  const [text, setText] = useState(place.search ?? "");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setText(place.search ?? ""), [place.search]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const apply = (value: string): void => {
    clearTimeout(timer.current);
    const search = value.trim() || undefined;
    if (search !== place.search) filter({ search }, place.search !== undefined);
  };
  return (
    <form
      class="search"
      onSubmit={(event) => {
        event.preventDefault();
        const id = jobIdIn(text);
        if (id !== undefined) navigate({ screen: "job", id });
        else apply(text);
      }}
    >
      <Icon name="search" />
      <input
        type="search"
        aria-label="Search by id, task, project or trace id"
        placeholder="Id, task, project, or trace:…"
        title="Looks through the page. A whole job id and Enter opens the job; trace:ID asks for all jobs of a trace."
        value={text}
        onInput={(event) => {
          const { value } = event.currentTarget;
          setText(value);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => apply(value), TYPING_MS);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          event.currentTarget.blur();
        }}
      />
    </form>
  );
}

/** Admin keys see one project at a time: their own, or the one named here. */
function ProjectField({ place, filter }: FieldProps) {
  const own = useStore(identity)?.project_id;
  return (
    <input
      class="project"
      aria-label="Project"
      placeholder={own ? `Project: ${own}` : "Project"}
      value={place.project ?? ""}
      onChange={(event) => filter({ project: event.currentTarget.value.trim() || undefined })}
    />
  );
}
