import { formatCount } from "../../format/number.ts";
import { Link } from "../../routing/location.tsx";
import { TableHead } from "../../ui/table-head.tsx";
import type { Worker } from "./workers.ts";

/** Event source mappings, each of which runs up to so many jobs at once. */
export function WorkerTable({ workers }: { readonly workers: readonly Worker[] }) {
  return (
    <section class="card" aria-labelledby="workers">
      <header class="card-head">
        <h2 id="workers">Workers</h2>
      </header>
      <div class="table-wrap">
        <table class="table">
          <TableHead columns={["Worker", "State", "Running", "Tasks"]} />
          <tbody>
            {workers.map((worker) => (
              <Row key={worker.name} worker={worker} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const stateClass: Readonly<Record<Worker["status"], string>> = {
  active: "state-started",
  idle: "state-pending",
  paused: "state-retry",
  unreachable: "state-failure",
};

function Row({ worker }: { readonly worker: Worker }) {
  return (
    <tr>
      <th scope="row">
        <code>{worker.name}</code>
      </th>
      <td>
        <span class={`badge ${stateClass[worker.status]}`}>{worker.status.toUpperCase()}</span>
      </td>
      <td>
        <span class="meter">
          <meter
            min={0}
            max={worker.max_concurrency}
            value={worker.active_tasks}
            aria-label={`Running on ${worker.name}`}
          />
          {formatCount(worker.active_tasks)} / {formatCount(worker.max_concurrency)}
        </span>
      </td>
      <td class="wrap">
        {worker.registered_tasks.map((task) => (
          <Link key={task} class="tag" to={{ screen: "jobs", task }}>
            {task}
          </Link>
        ))}
      </td>
    </tr>
  );
}
