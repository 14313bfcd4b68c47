import { useEffect, useRef, useState } from "preact/hooks";
import { navigate } from "../../routing/location.tsx";
import { type JobsPlace, jobStates } from "../../routing/place.ts";
import { Choice } from "../../ui/choice.tsx";
import { Icon } from "../../ui/icons.tsx";
import { jobIdIn } from "./search.ts";
import { ProjectFilter, TaskFilter } from "./shared-filters.tsx";
import { TimeFilter } from "./time-filter.tsx";

/** The filters of the jobs page. Each change is a new address. */
export function Filters({ place }: { readonly place: JobsPlace }) {
  const filter = (change: Partial<JobsPlace>, replace = false) =>
    navigate({ ...place, cursor: undefined, ...change }, { replace });
  return (
    <search class="filters">
      <SearchField place={place} filter={filter} />
      <Choice
        label="State"
        none="All states"
        value={place.status}
        options={jobStates}
        choose={(status) => filter({ status })}
      />
      <TaskFilter value={place.task} choose={(task) => filter({ task })} />
      <TimeFilter place={place} filter={filter} />
      <ProjectFilter value={place.project} choose={(project) => filter({ project })} />
    </search>
  );
}

interface FieldProps {
  readonly place: JobsPlace;
  readonly filter: (change: Partial<JobsPlace>, replace?: boolean) => void;
}

const TYPING_MS = 350;

/** Searches while one types; a whole id and Enter opens the job. */
function SearchField({ place, filter }: FieldProps) {
  const [text, setText] = useState(place.search ?? "");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const applied = useRef(place.search);
  useEffect(() => {
    // What was typed since this field changed the address itself stays.
    if (place.search === applied.current) return;
    applied.current = place.search;
    setText(place.search ?? "");
  }, [place.search]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const apply = (value: string): void => {
    clearTimeout(timer.current);
    const search = value.trim() || undefined;
    if (search === place.search) return;
    applied.current = search;
    filter({ search }, place.search !== undefined);
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
        aria-label="Search jobs"
        placeholder="Id, error, task, batch:… or trace:…"
        title="Words of an id, an error, a task, a batch, a trace id, a worker or a progress message. A whole job id and Enter opens the job; batch:ID and trace:ID ask for the jobs of one batch or trace. Inputs and results are not searched."
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
