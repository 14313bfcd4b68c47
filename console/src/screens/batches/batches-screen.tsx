import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { identity } from "../../api/identity.ts";
import { maySubmit } from "../../api/permissions.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { formatCount } from "../../format/number.ts";
import { paces } from "../../live/paces.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Link } from "../../routing/location.tsx";
import { useStore } from "../../store.ts";
import { Icon } from "../../ui/icons.tsx";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { Pages, ProjectHead } from "../../ui/project-head.tsx";
import { TableHead } from "../../ui/table-head.tsx";
import { Time } from "../../ui/time.tsx";

type Summary = AnswerOf<"GET /api/v1/batches">["batches"][number];

/** A project's batches, newest first. */
export function BatchesScreen({ project }: { readonly project: string | undefined }) {
  const allowed = maySubmit(useStore(identity));
  const [cursor, setCursor] = useState<string>();
  const batches = usePoll(
    (signal) => call("GET /api/v1/batches", { query: { project_id: project, limit: 50, cursor }, signal }),
    {
      key: `batches ${project ?? ""} ${cursor ?? ""}`,
      every: (known) =>
        known?.batches.some(({ completed_at }) => completed_at === null) ? paces.openBatches : paces.batches,
    },
  );
  return (
    <>
      <ProjectHead title="Batches" screen="batches" project={project}>
        {allowed && (
          <Link class="button button-primary" to={{ screen: "submit", mode: "batch" }}>
            <Icon name="submit" />
            New batch
          </Link>
        )}
      </ProjectHead>
      <section class="card" aria-label="Batches">
        <Loaded polled={batches}>
          {(page) =>
            page.batches.length === 0 ? (
              <Empty title="There are no batches.">A batch is one task with many inputs, followed as one.</Empty>
            ) : (
              <BatchTable list={page.batches} />
            )
          }
        </Loaded>
        <Pages cursor={cursor} next={batches.data?.next_cursor} go={setCursor} />
      </section>
    </>
  );
}

/** How many jobs; `all` where that is so. */
const countOf = (count: number | null, { total }: Summary): string =>
  count === null ? "–" : count === total ? "all" : formatCount(count);

/** How many of its jobs have ended, with their share while it is under way. */
function endedOf(batch: Summary): string {
  const { ended, total } = batch;
  const count = countOf(ended, batch);
  return ended === null || ended === 0 || ended === total ? count : `${count} (${Math.floor((ended / total) * 100)} %)`;
}

function BatchTable({ list }: { readonly list: readonly Summary[] }) {
  return (
    <div class="table-wrap">
      <table class="table records">
        <TableHead
          columns={[
            "Batch",
            "Task",
            "State",
            { label: "Jobs", class: "number" },
            { label: "Ended", class: "number" },
            { label: "Succeeded", class: "number" },
            { label: "Failed", class: "number" },
            "Made",
            "Completed",
          ]}
        />
        <tbody>
          {list.map((batch) => (
            <tr key={batch.batch_id}>
              <td>
                <Link to={{ screen: "batch", id: batch.batch_id }} title={batch.batch_id}>
                  <code>{batch.batch_id.slice(0, 8)}</code>
                </Link>
              </td>
              <td>{batch.task_name}</td>
              <td>{batch.status}</td>
              <td class="number" data-label="Jobs">
                {formatCount(batch.total)}
              </td>
              <td class="number" data-label="Ended">
                {endedOf(batch)}
              </td>
              <td class="number" data-label="Succeeded">
                {countOf(batch.succeeded, batch)}
              </td>
              <td class="number" data-label="Failed">
                {countOf(batch.failed, batch)}
              </td>
              <td class="nowrap" data-label="Made">
                <Time at={batch.created_at} />
              </td>
              <td class="nowrap" data-label="Completed">
                <Time at={batch.completed_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
