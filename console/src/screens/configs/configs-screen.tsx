import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { identity } from "../../api/identity.ts";
import { maySubmit } from "../../api/permissions.ts";
import { paces } from "../../live/paces.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Link } from "../../routing/location.tsx";
import { useStore } from "../../store.ts";
import { Button } from "../../ui/button.tsx";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { Pages, ProjectHead } from "../../ui/project-head.tsx";
import { TableHead } from "../../ui/table-head.tsx";
import { Time } from "../../ui/time.tsx";
import { ConfigForm } from "./config-form.tsx";

/** A project's configs of language models. */
export function ConfigsScreen({ project }: { readonly project: string | undefined }) {
  const who = useStore(identity);
  const [cursor, setCursor] = useState<string>();
  const [making, setMaking] = useState(false);
  const configs = usePoll(
    (signal) => call("GET /api/v1/llm/configs", { query: { project_id: project, limit: 50, cursor }, signal }),
    { key: `configs ${project ?? ""} ${cursor ?? ""}`, every: paces.configs },
  );
  return (
    <>
      <ProjectHead title="Model configs" screen="configs" project={project}>
        {maySubmit(who) && (
          <Button icon="submit" kind="primary" onClick={() => setMaking(true)}>
            New config
          </Button>
        )}
      </ProjectHead>
      <section class="card" aria-label="Model configs">
        <Loaded polled={configs}>
          {(page) =>
            page.configs.length === 0 ? (
              <Empty title="There are no configs.">
                A config names provider, model, instructions and parameters. Jobs ask a model by its id and version.
              </Empty>
            ) : (
              <div class="table-wrap">
                <table class="table records">
                  <TableHead columns={["Config", { label: "Latest version", class: "number" }, "Made", "Changed"]} />
                  <tbody>
                    {page.configs.map((config) => (
                      <tr key={config.id}>
                        <td>
                          <Link to={{ screen: "config", id: config.id, project }}>{config.id}</Link>
                        </td>
                        <td class="number" data-label="Latest version">
                          {config.latest_version}
                        </td>
                        <td class="nowrap" data-label="Made">
                          <Time at={config.created_at} />
                        </td>
                        <td class="nowrap" data-label="Changed">
                          <Time at={config.updated_at} />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )
          }
        </Loaded>
        <Pages cursor={cursor} next={configs.data?.next_cursor} go={setCursor} />
      </section>
      {making && <ConfigForm project={project} close={() => setMaking(false)} changed={configs.refresh} />}
    </>
  );
}
