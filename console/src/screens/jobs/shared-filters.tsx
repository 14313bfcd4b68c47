/**
 * Filters that the pages of jobs and of revoking share.
 *
 * @module
 */

import { call } from "../../api/call.ts";
import { identity } from "../../api/identity.ts";
import { choosesProject } from "../../api/permissions.ts";
import { usePoll } from "../../live/use-poll.ts";
import { useStore } from "../../store.ts";
import { Choice } from "../../ui/choice.tsx";

interface FilterProps {
  readonly value: string | undefined;
  readonly choose: (value: string | undefined) => void;
}

/** Selects a task. */
export function TaskFilter({ value, choose }: FilterProps) {
  const tasks = usePoll((signal) => call("GET /api/v1/tasks/registered", { signal }), { key: "tasks", every: 0 });
  const names = tasks.data?.registered_tasks ?? [];
  // The address may name a task that is no longer there, of which there are still jobs.
  const options = [...new Set([...names, ...(value === undefined ? [] : [value])])];
  return <Choice label="Task" none="All tasks" value={value} options={options} choose={choose} />;
}

/** Keys that may act for several projects see one at a time: their own, or the one named here. */
export function ProjectFilter({ value, choose }: FilterProps) {
  const who = useStore(identity);
  if (!choosesProject(who)) return null;
  const placeholder = who ? `Project: ${who.project_id}` : "Project";
  return <TextFilter label="Project" placeholder={placeholder} value={value} choose={choose} />;
}

interface TextFilterProps extends FilterProps {
  readonly label: string;
  /** The label when left out. */
  readonly placeholder?: string;
}

/** A word to filter by, taken when the field is left. */
export function TextFilter({ label, placeholder = label, value, choose }: TextFilterProps) {
  return (
    <input
      class="project"
      aria-label={label}
      placeholder={placeholder}
      value={value ?? ""}
      onChange={(event) => choose(event.currentTarget.value.trim() || undefined)}
    />
  );
}
