import { useState } from "preact/hooks";
import type { Job } from "../../../../contracts/jobs/wire.ts";
import { connection } from "../../api/connection.ts";
import { formatCount, plural } from "../../format/number.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { notify } from "../../ui/notify.ts";
import { actOnJobs, applies, type JobAction } from "./act-on-jobs.ts";

const words = {
  retry: { button: "Retry selected", title: "Run these jobs again?", done: "run again", icon: "retry" },
  revoke: { button: "Revoke selected", title: "Revoke these jobs?", done: "revoked", icon: "stop" },
} as const;

interface SelectionProps {
  /** Those of the list that are selected. */
  readonly jobs: readonly Job[];
  readonly clear: () => void;
}

/** What can be done with the selected jobs of the list. */
export function Selection({ jobs, clear }: SelectionProps) {
  const [asked, setAsked] = useState<JobAction>();
  const wanted = (action: JobAction) => jobs.filter((job) => applies(action, job));
  const act = async (action: JobAction): Promise<void> => {
    const { done, refused } = await actOnJobs(
      action,
      wanted(action).map(({ task_id }) => task_id),
    );
    connection.refreshAll();
    const [first] = refused;
    if (!first) clear();
    else if (done.length === 0)
      throw new Error(`None was ${words[action].done}. ${first.id.slice(0, 8)}: ${first.message}`);
    notify(
      first
        ? `${plural(done.length, "job")} ${words[action].done}, ${formatCount(refused.length)} not. ${first.id.slice(0, 8)}: ${first.message}`
        : `${plural(done.length, "job")} ${words[action].done}.`,
      first ? "error" : undefined,
    );
  };
  return (
    <header class="card-head">
      <h2 aria-live="polite">{formatCount(jobs.length)} selected</h2>
      <div class="actions">
        {(["retry", "revoke"] as const).map((action) => (
          <Button
            key={action}
            icon={words[action].icon}
            kind={action === "revoke" ? "danger" : undefined}
            disabled={wanted(action).length === 0}
            onClick={() => setAsked(action)}
          >
            {words[action].button}
          </Button>
        ))}
        <Button kind="quiet" onClick={clear}>
          Clear
        </Button>
      </div>
      {asked && (
        <Confirm
          title={words[asked].title}
          action={words[asked].button}
          kind={asked === "revoke" ? "danger" : "primary"}
          confirm={() => act(asked)}
          close={() => setAsked(undefined)}
        >
          <p>
            {asked === "revoke"
              ? `${plural(wanted(asked).length, "job")} that ${wanted(asked).length === 1 ? "has" : "have"} not ended will be revoked; what runs is stopped, and its work so far is discarded.`
              : `${plural(wanted(asked).length, "job")} that failed or ${wanted(asked).length === 1 ? "was" : "were"} revoked will run again, with attempts counted from 1.`}
          </p>
          {wanted(asked).length < jobs.length && (
            <p class="muted">
              {plural(jobs.length - wanted(asked).length, "other job")} that you selected cannot be{" "}
              {asked === "revoke" ? "revoked" : "run again"} in the present state.
            </p>
          )}
        </Confirm>
      )}
    </header>
  );
}
