import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { messageOf } from "../../api/errors.ts";
import { identity } from "../../api/identity.ts";
import { maySubmit } from "../../api/permissions.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { paces } from "../../live/paces.ts";
import { usePoll } from "../../live/use-poll.ts";
import { useStore } from "../../store.ts";
import { Back } from "../../ui/back.tsx";
import { Button } from "../../ui/button.tsx";
import { JobLink } from "../../ui/job-link.tsx";
import { Loaded } from "../../ui/messages.tsx";
import { notify } from "../../ui/notify.ts";
import { Time } from "../../ui/time.tsx";
import { Value } from "../../ui/value.tsx";
import { Resolve } from "./resolve.tsx";

type Escalation = AnswerOf<"GET /api/v1/escalations/{escalation_id}">;

/** One escalation: what it is about, who did what, and the form that decides. */
export function EscalationScreen({ id }: { readonly id: string }) {
  const who = useStore(identity);
  const [resolving, setResolving] = useState(false);
  const polled = usePoll(
    (signal) => call("GET /api/v1/escalations/{escalation_id}", { params: { escalation_id: id }, signal }),
    // One that is resolved stays as it is.
    { key: `escalation ${id}`, every: (known) => (known?.status === "resolved" ? 0 : paces.escalation) },
  );
  const status = polled.data?.status;
  const acknowledge = async (): Promise<void> => {
    try {
      await call("POST /api/v1/escalations/{escalation_id}/acknowledge", { params: { escalation_id: id }, body: {} });
      notify("You have taken it on.");
    } catch (error) {
      notify(messageOf(error), "error");
    }
    polled.refresh();
  };
  return (
    <>
      <Back to={{ screen: "escalations" }}>Escalations</Back>
      <header class="page-head">
        <h1 tabIndex={-1} class="wrap">
          {polled.data?.subject ?? "Escalation"}
        </h1>
        {maySubmit(who) && status !== undefined && status !== "resolved" && (
          <div class="actions">
            {status === "open" && (
              <Button icon="check" onClick={() => void acknowledge()}>
                Acknowledge
              </Button>
            )}
            <Button icon="edit" kind="primary" onClick={() => setResolving(true)}>
              Resolve
            </Button>
          </div>
        )}
      </header>
      <Loaded polled={polled}>{(escalation) => <Shown escalation={escalation} />}</Loaded>
      {resolving && <Resolve id={id} close={() => setResolving(false)} changed={polled.refresh} />}
    </>
  );
}

function Shown({ escalation }: { readonly escalation: Escalation }) {
  const { reason, status, payload, decision, started, history, task_id } = escalation;
  return (
    <>
      <section class="card" aria-label="State">
        <header class="card-head">
          <h2>{reason}</h2>
          <span class="tag">{status}</span>
        </header>
        <div class="table-wrap">
          <table class="table">
            <tbody>
              {history.map((entry) => (
                <tr key={entry.action}>
                  <td class="nowrap">
                    <Time at={entry.at} />
                  </td>
                  <td>{entry.action}</td>
                  <td class="wrap">{entry.action === "opened" ? <JobLink id={task_id} /> : entry.by}</td>
                  <td class="wrap">{entry.note}</td>
                </tr>
              ))}
              {started && (
                <tr>
                  <td />
                  <td>started</td>
                  <td class="wrap">
                    <JobLink id={started.task_id} />
                  </td>
                  <td>{started.task_name}</td>
                </tr>
              )}
            </tbody>
          </table>
        </div>
      </section>
      {status === "resolved" && <Value label="Decision" value={decision} />}
      <Value label="Payload" value={payload} />
    </>
  );
}
