import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { identity } from "../../api/identity.ts";
import { maySubmit } from "../../api/permissions.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { formatDuration } from "../../format/time.ts";
import { paces } from "../../live/paces.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Link } from "../../routing/location.tsx";
import { useStore } from "../../store.ts";
import { ActionButton } from "../../ui/button.tsx";
import { JobLink } from "../../ui/job-link.tsx";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { notify } from "../../ui/notify.ts";
import { Pages, ProjectHead } from "../../ui/project-head.tsx";
import { StatusBadge } from "../../ui/status.tsx";
import { TableHead } from "../../ui/table-head.tsx";
import { Time } from "../../ui/time.tsx";
import { SigningSecrets } from "./signing-secrets.tsx";

type Delivery = AnswerOf<"GET /api/v1/webhooks/deliveries">["deliveries"][number];

/** What became of a project's webhooks, and the secrets that sign them. */
export function WebhooksScreen({ project }: { readonly project: string | undefined }) {
  const who = useStore(identity);
  const maySend = maySubmit(who);
  const [cursor, setCursor] = useState<string>();
  const deliveries = usePoll(
    (signal) => call("GET /api/v1/webhooks/deliveries", { query: { project_id: project, limit: 50, cursor }, signal }),
    { key: `deliveries ${project ?? ""} ${cursor ?? ""}`, every: paces.webhooks },
  );
  const redeliver = async ({ id }: Delivery): Promise<void> => {
    await call("POST /api/v1/webhooks/deliveries/{delivery_id}/redeliver", { params: { delivery_id: id } });
    notify("The webhook is sent again.");
    deliveries.refresh();
  };
  return (
    <>
      <ProjectHead title="Webhooks" screen="webhooks" project={project} />
      <section class="card" aria-label="Deliveries">
        <header class="card-head">
          <h2>Deliveries</h2>
        </header>
        <Loaded polled={deliveries}>
          {(page) =>
            page.deliveries.length === 0 ? (
              <Empty title="No webhook was sent.">
                Submit a job with <code>callback_url</code>, and what becomes of its webhook is shown here.
              </Empty>
            ) : (
              <Deliveries list={page.deliveries} redeliver={maySend ? redeliver : undefined} />
            )
          }
        </Loaded>
        <Pages cursor={cursor} next={deliveries.data?.next_cursor} go={setCursor} />
      </section>
      {maySend && <SigningSecrets project={project} />}
    </>
  );
}

interface DeliveriesProps {
  readonly list: readonly Delivery[];
  readonly redeliver: ((delivery: Delivery) => Promise<void>) | undefined;
}

function Deliveries({ list, redeliver }: DeliveriesProps) {
  return (
    <div class="table-wrap">
      <table class="table records">
        <TableHead
          columns={[
            "About",
            "State",
            { label: "Answer", title: "HTTP status of the receiver" },
            { label: "Attempts", class: "number" },
            { label: "Took", class: "number" },
            "Made",
            "What happened",
            { label: "Actions", hidden: true },
          ]}
        />
        <tbody>
          {list.map((delivery) => (
            <tr key={delivery.id}>
              <td>
                {delivery.task_id !== null && <JobLink id={delivery.task_id} />}
                {delivery.batch_id !== null && (
                  <Link to={{ screen: "batch", id: delivery.batch_id }} title={delivery.batch_id}>
                    Batch {delivery.batch_id.slice(0, 8)}
                  </Link>
                )}
              </td>
              <td>
                <StatusBadge status={delivery.status} />
              </td>
              <td data-label="Answer">{delivery.response_status ?? <span class="muted">–</span>}</td>
              <td class="number" data-label="Attempts">
                {delivery.attempts}
              </td>
              <td class="number" data-label="Took">
                {delivery.duration_ms === null ? "–" : formatDuration(delivery.duration_ms)}
              </td>
              <td class="nowrap" data-label="Made">
                <Time at={delivery.created_at} />
              </td>
              <td class="wrap">
                {delivery.error?.message}
                {delivery.next_attempt_at !== null && (
                  <span class="muted">
                    {" "}
                    Next attempt <Time at={delivery.next_attempt_at} />
                  </span>
                )}
              </td>
              <td class="row-actions">
                {redeliver && ["SUCCESS", "FAILURE"].includes(delivery.status) && (
                  <ActionButton icon="retry" kind="quiet" action={() => redeliver(delivery)}>
                    Redeliver
                  </ActionButton>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
