import { navigate } from "../../routing/location.tsx";
import { type RevokePlace, type Span, spanNames, unfinishedStates } from "../../routing/place.ts";
import { Choice } from "../../ui/choice.tsx";
import { ProjectFilter, TaskFilter, TextFilter } from "../jobs/shared-filters.tsx";

const ageNames: Readonly<Record<Span, string>> = {
  "15m": "Over 15 minutes old",
  "1h": "Over an hour old",
  "24h": "Over a day old",
  "7d": "Over a week old",
};

/** Which jobs to revoke. Each change is a new address. */
export function RevokeFilters({ place }: { readonly place: RevokePlace }) {
  const filter = (change: Partial<RevokePlace>) => navigate({ ...place, ...change }, { replace: true });
  return (
    <search class="filters">
      <TaskFilter value={place.task} choose={(task) => filter({ task })} />
      <Choice
        label="State"
        none="Any unfinished state"
        value={place.status}
        options={unfinishedStates}
        choose={(status) => filter({ status })}
      />
      <Choice
        label="Age"
        none="Any age"
        value={place.older}
        options={spanNames}
        nameOf={(span) => ageNames[span]}
        choose={(older) => filter({ older })}
      />
      <TextFilter label="Batch" value={place.batch} choose={(batch) => filter({ batch })} />
      <TextFilter label="Trace id" value={place.trace} choose={(trace) => filter({ trace })} />
      <ProjectFilter value={place.project} choose={(project) => filter({ project })} />
      <label class="check-line">
        <input
          type="checkbox"
          checked={place.running === undefined}
          onChange={(event) => filter({ running: event.currentTarget.checked ? undefined : "keep" })}
        />
        Running ones too
      </label>
    </search>
  );
}
