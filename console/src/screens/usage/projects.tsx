import type { AnswerOf } from "../../api/routes.ts";
import { formatCount } from "../../format/number.ts";
import { Link } from "../../routing/location.tsx";
import { Empty } from "../../ui/messages.tsx";
import { TableHead } from "../../ui/table-head.tsx";

interface UsageByProjectProps {
  readonly usage: NonNullable<AnswerOf<"GET /api/v1/views/usage">["by_project"]>;
}

/** What every project used, for admin keys. */
export function UsageByProject({ usage: { projects, more_projects } }: UsageByProjectProps) {
  return (
    <section class="card" aria-label="Tokens by project">
      <header class="card-head">
        <h2>Tokens by project, 30 days</h2>
        <span class="muted small">Of all projects. Today is the day in UTC.</span>
      </header>
      {projects.length === 0 ? (
        <Empty title="No project used tokens." />
      ) : (
        <>
          <div class="table-wrap">
            <table class="table records">
              <TableHead
                columns={[
                  "Project",
                  { label: "Runs", class: "number" },
                  { label: "Tokens", class: "number" },
                  { label: "Embedded", class: "number" },
                  { label: "Today", class: "number" },
                  { label: "Limit a day", class: "number" },
                  "Last used",
                ]}
              />
              <tbody>
                {projects.map((each) => (
                  <tr key={each.project_id}>
                    <td>
                      <Link to={{ screen: "usage", project: each.project_id }}>{each.project_id}</Link>
                    </td>
                    <td class="number" data-label="Runs">
                      {formatCount(each.runs)}
                    </td>
                    <td class="number strong" data-label="Tokens">
                      {formatCount(each.total_tokens)}
                    </td>
                    <td class="number" data-label="Embedded">
                      {formatCount(each.embedded_tokens)}
                    </td>
                    <td class="number" data-label="Today">
                      {formatCount(each.today_tokens)}
                    </td>
                    <td class="number" data-label="Limit a day">
                      {each.tokens_per_day === null ? "–" : formatCount(each.tokens_per_day)}
                    </td>
                    <td class="nowrap" data-label="Last used">
                      {each.last_day}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {more_projects > 0 && (
            <p class="card-foot muted">{formatCount(more_projects)} more projects used something in these days.</p>
          )}
        </>
      )}
    </section>
  );
}
