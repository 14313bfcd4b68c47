import { useEffect, useRef, useState } from "preact/hooks";
import { identity } from "../../api/identity.ts";
import { isAdmin } from "../../api/permissions.ts";
import { navigate } from "../../routing/location.tsx";
import { type JobsRoute, jobStates } from "../../routing/route.ts";
import { useStore } from "../../store.ts";
import { Choice } from "../../ui/choice.tsx";
import { Icon } from "../../ui/icons.tsx";
import { jobIdIn } from "./search.ts";
import { ProjectFilter, TaskFilter, TextFilter } from "./shared-filters.tsx";
import { TimeFilter } from "./time-filter.tsx";

/** The filters of the jobs page. Each change is a new address. */
export function Filters({ route }: { readonly route: JobsRoute }) {
  const seesHousekeeping = isAdmin(useStore(identity));
  const filter = (change: Partial<JobsRoute>, replace = false) =>
    navigate({ ...route, cursor: undefined, ...change }, { replace });
  return (
    <search class="filters">
      <SearchField route={route} filter={filter} />
      <Choice
        label="State"
        none="All states"
        value={route.status}
        options={jobStates}
        choose={(status) => filter({ status })}
      />
      <TaskFilter value={route.task} choose={(task) => filter({ task })} />
      <TimeFilter route={route} filter={filter} />
      <TextFilter label="Batch" value={route.batch} choose={(batch) => filter({ batch })} />
      <ProjectFilter value={route.project} choose={(project) => filter({ project })} />
      {seesHousekeeping && (
        <label class="check-line" title="Jobs of the stack's own schedules, such as cleanups">
          <input
            type="checkbox"
            checked={route.housekeeping === "hide"}
            onChange={(event) => filter({ housekeeping: event.currentTarget.checked ? "hide" : undefined })}
          />
          Hide housekeeping
        </label>
      )}
    </search>
  );
}

interface FieldProps {
  readonly route: JobsRoute;
  readonly filter: (change: Partial<JobsRoute>, replace?: boolean) => void;
}

const TYPING_MS = 350;

/** Searches while one types; a whole id and Enter opens the job. */
function SearchField({ route, filter }: FieldProps) {
  const [text, setText] = useState(route.search ?? "");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const applied = useRef(route.search);
  useEffect(() => {
    // What was typed since this field changed the address itself stays.
    if (route.search === applied.current) return;
    applied.current = route.search;
    setText(route.search ?? "");
  }, [route.search]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const apply = (value: string): void => {
    clearTimeout(timer.current);
    const search = value.trim() || undefined;
    if (search === route.search) return;
    applied.current = search;
    filter({ search }, route.search !== undefined);
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
        placeholder="Id, error, task, trace:…"
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
