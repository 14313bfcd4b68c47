import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { paces } from "../../live/paces.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Link } from "../../routing/location.tsx";
import { Button } from "../../ui/button.tsx";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { Pages, ProjectHead } from "../../ui/project-head.tsx";
import { TableHead } from "../../ui/table-head.tsx";
import { Time } from "../../ui/time.tsx";

type Escalations = AnswerOf<"GET /api/v1/escalations">["escalations"];

/** A project's escalations: decisions that wait for a person, and those that were taken. */
export function EscalationsScreen({ project }: { readonly project: string | undefined }) {
  const [cursor, setCursor] = useState<string>();
  const [status, setStatus] = useState<"unresolved" | "resolved">("unresolved");
  const polled = usePoll(
    (signal) => call("GET /api/v1/escalations", { query: { project_id: project, status, limit: 50, cursor }, signal }),
    { key: `escalations ${project ?? ""} ${status} ${cursor ?? ""}`, every: paces.escalations },
  );
  const choose = (chosen: typeof status) => {
    setCursor(undefined);
    setStatus(chosen);
  };
  return (
    <>
      <ProjectHead title="Escalations" screen="escalations" project={project}>
        {(["unresolved", "resolved"] as const).map((each) => (
          <Button key={each} aria-pressed={status === each} onClick={() => choose(each)}>
            {each === "unresolved" ? "Waiting" : "Resolved"}
          </Button>
        ))}
      </ProjectHead>
      <section class="card" aria-label="Escalations">
        <Loaded polled={polled}>
          {({ escalations }) =>
            escalations.length === 0 ? (
              <Empty title={status === "unresolved" ? "Nothing waits for a decision." : "Nothing was resolved yet."}>
                The task escalate opens an escalation; somebody acknowledges and resolves it here.
              </Empty>
            ) : (
              <Table list={escalations} />
            )
          }
        </Loaded>
        <Pages cursor={cursor} next={polled.data?.next_cursor} go={setCursor} />
      </section>
    </>
  );
}

function Table({ list }: { readonly list: Escalations }) {
  return (
    <div class="table-wrap">
      <table class="table">
        <TableHead columns={["Subject", "State", "Who", "Opened"]} />
        <tbody>
          {list.map((each) => (
            <tr key={each.escalation_id}>
              <td class="wrap">
                <Link to={{ screen: "escalation", id: each.escalation_id }}>{each.subject}</Link>
              </td>
              <td>
                <span class="tag">{each.status}</span>
              </td>
              <td>{each.resolved_by ?? each.acknowledged_by ?? <span class="muted">–</span>}</td>
              <td class="nowrap">
                <Time at={each.created_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
