import { navigate } from "../../routing/location.tsx";
import { type RevokeRoute, type Span, spanNames, unfinishedStates } from "../../routing/route.ts";
import { Choice } from "../../ui/choice.tsx";
import { ProjectFilter, TaskFilter, TextFilter } from "../jobs/shared-filters.tsx";

const ageNames: Readonly<Record<Span, string>> = {
  "15m": "Over 15 minutes old",
  "1h": "Over an hour old",
  "24h": "Over a day old",
  "7d": "Over a week old",
};

/** Which jobs to revoke. Each change is a new address. */
export function RevokeFilters({ route }: { readonly route: RevokeRoute }) {
  const filter = (change: Partial<RevokeRoute>) => navigate({ ...route, ...change }, { replace: true });
  return (
    <search class="filters">
      <TaskFilter value={route.task} choose={(task) => filter({ task })} />
      <Choice
        label="State"
        none="Any unfinished state"
        value={route.status}
        options={unfinishedStates}
        choose={(status) => filter({ status })}
      />
      <Choice
        label="Age"
        none="Any age"
        value={route.older}
        options={spanNames}
        nameOf={(span) => ageNames[span]}
        choose={(older) => filter({ older })}
      />
      <TextFilter label="Batch" value={route.batch} choose={(batch) => filter({ batch })} />
      <TextFilter label="Trace id" value={route.trace} choose={(trace) => filter({ trace })} />
      <ProjectFilter value={route.project} choose={(project) => filter({ project })} />
      <label class="check-line">
        <input
          type="checkbox"
          checked={route.running === undefined}
          onChange={(event) => filter({ running: event.currentTarget.checked ? undefined : "keep" })}
        />
        Running ones too
      </label>
    </search>
  );
}
