import { call } from "../../api/call.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Link, navigate } from "../../routing/location.tsx";
import type { SubmitRoute } from "../../routing/route.ts";
import { readTasks, type TaskForm } from "../../schema-form/schema.ts";
import { useCurrentInView } from "../../ui/current-in-view.ts";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { ProjectFilter } from "../jobs/shared-filters.tsx";
import { SubmitForm } from "./submit-form.tsx";

/** Chooses a task; its form follows from the schema in the API's description. */
export function SubmitScreen({ route }: { readonly route: SubmitRoute }) {
  const tasks = usePoll(async (signal) => readTasks(await call("GET /openapi.json", { signal })), {
    key: "task-forms",
    every: 0,
  });
  const origin = useOrigin(route.from);
  return (
    <>
      <header class="page-head">
        <h1 tabIndex={-1}>{route.task === undefined ? "Submit a job" : `Submit ${route.task}`}</h1>
        <div class="actions">
          <ProjectFilter value={route.project} choose={(project) => navigate({ ...route, project })} />
        </div>
      </header>
      {origin.error !== undefined && (
        <p class="callout">The job to start from could not be read, so the form is empty. {origin.error}</p>
      )}
      <Loaded polled={tasks}>
        {(list) => (
          <div class="submit">
            <TaskList tasks={list} chosen={route.task} />
            {!origin.loading && <ChosenTask tasks={list} route={route} origin={origin.input} />}
          </div>
        )}
      </Loaded>
    </>
  );
}

interface ChosenTaskProps {
  readonly tasks: readonly TaskForm[];
  readonly route: SubmitRoute;
  readonly origin: { readonly task_name: string; readonly input: unknown } | undefined;
}

function ChosenTask({ tasks, route, origin }: ChosenTaskProps) {
  const task = tasks.find(({ name }) => name === route.task);
  if (!task) {
    return (
      <section class="card">
        <Empty title={route.task === undefined ? "Choose a task." : `There is no task ${route.task}.`}>
          {route.task === undefined
            ? "Its form is made from its schema."
            : "It may have been renamed. Choose one of the list."}
        </Empty>
      </section>
    );
  }
  return (
    <SubmitForm
      key={`${task.name} ${route.from ?? ""}`}
      task={task}
      route={route}
      start={origin?.task_name === task.name ? origin.input : undefined}
    />
  );
}

/** The input of the job that is edited. */
function useOrigin(from: string | undefined) {
  const polled = usePoll(
    async (signal) =>
      from === undefined ? null : await call("GET /api/v1/jobs/{task_id}/input", { params: { task_id: from }, signal }),
    { key: from === undefined ? "no origin" : `input ${from}`, every: 0 },
  );
  return {
    input: polled.data ?? undefined,
    loading: polled.data === undefined && polled.error === undefined,
    error: polled.data === undefined && polled.error instanceof Error ? polled.error.message : undefined,
  };
}

function TaskList({ tasks, chosen }: { readonly tasks: readonly TaskForm[]; readonly chosen: string | undefined }) {
  const row = useCurrentInView(chosen);
  return (
    <nav class="card task-list" aria-label="Tasks" ref={row}>
      {tasks.map(({ name, description }) => (
        <Link key={name} to={{ screen: "submit", task: name }} aria-current={name === chosen ? "page" : undefined}>
          <b>{name}</b>
          <span class="muted small">{description}</span>
        </Link>
      ))}
    </nav>
  );
}
