import { call } from "../../api/call.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { formatCount, plural } from "../../format/number.ts";
import { paces } from "../../live/paces.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Fact } from "../../ui/fact.tsx";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { ProjectHead } from "../../ui/project-head.tsx";
import { TableHead } from "../../ui/table-head.tsx";
import { UsageByProject } from "./projects.tsx";

type Report = AnswerOf<"GET /api/v1/views/usage">["report"];
type Day = Report["days"][number];

/** Tokens of a project by day, with its limits. */
export function UsageScreen({ project }: { readonly project: string | undefined }) {
  const usage = usePoll((signal) => call("GET /api/v1/views/usage", { query: { project_id: project }, signal }), {
    key: `usage ${project ?? ""}`,
    every: paces.usage,
  });
  return (
    <>
      <ProjectHead title="Usage" screen="usage" project={project} />
      <Loaded polled={usage}>
        {({ report, by_project }) => (
          <>
            <Limits report={report} />
            <section class="card" aria-label="Tokens by day">
              <header class="card-head">
                <h2>Tokens by day, 30 days</h2>
                <span class="muted small">Days are UTC. A run counts on the day on which it ended.</span>
              </header>
              {report.days.length === 0 ? (
                <Empty title="No tokens were used.">
                  Jobs that call a language model are counted here. The embedded engine uses none.
                </Empty>
              ) : (
                <Days days={report.days} />
              )}
            </section>
            <Quotas quotas={report.quotas} />
            {report.embeddings.days.length > 0 && <Embedded days={report.embeddings.days} />}
            {by_project && <UsageByProject usage={by_project} />}
          </>
        )}
      </Loaded>
    </>
  );
}

const limitNames: Readonly<Record<keyof Report["limits"], string>> = {
  concurrent_calls: "Calls at once",
  requests_per_minute: "Requests a minute",
  tokens_per_minute: "Tokens a minute",
  tokens_per_day: "Tokens a day",
};

function Limits({ report }: { readonly report: Report }) {
  const today = new Date().toISOString().slice(0, 10);
  const used = report.days.find(({ day }) => day === today)?.total_tokens ?? 0;
  const budget = report.limits.tokens_per_day;
  return (
    <dl class="card facts">
      <Fact name="Project">{report.project_id}</Fact>
      <Fact name="Today">{plural(used, "token")}</Fact>
      {budget !== null && (
        <Fact name="Left today">
          <span title={`of ${formatCount(budget)}`}>{formatCount(Math.max(0, budget - used))}</span>
        </Fact>
      )}
      {Object.entries(limitNames).map(([kind, name]) => {
        const limit = report.limits[kind as keyof Report["limits"]];
        return (
          <Fact key={kind} name={name}>
            {limit === null ? "not limited" : formatCount(limit)}
          </Fact>
        );
      })}
    </dl>
  );
}

type Quota = Report["quotas"][number];

const quotaNames: Readonly<Record<Quota["quota"], string>> = {
  requests_per_second: "Requests a second",
  running_jobs: "Jobs running in a lane",
  queued_jobs: "Jobs waiting in a lane",
  open_jobs: "Open jobs over all lanes",
  documents_per_day: "Documents today",
  upload_bytes_per_day: "Uploaded bytes today",
  recognized_pages_per_day: "Recognized pages today",
  recognition_seconds_per_day: "Seconds of recognition today",
};

function Quotas({ quotas }: { readonly quotas: readonly Quota[] }) {
  return (
    <section class="card" aria-label="Quotas">
      <header class="card-head">
        <h2>Quotas</h2>
        <span class="muted small">Of the project, beside tokens. Today is the day in UTC.</span>
      </header>
      <dl class="facts">
        {quotas.map(({ quota, limit, used, lane }) => (
          <Fact key={quota} name={quotaNames[quota]}>
            {used !== null && `${formatCount(used)} of `}
            {limit === null ? "not limited" : formatCount(limit)}
            {lane !== null && <span class="muted"> in {lane}</span>}
          </Fact>
        ))}
      </dl>
    </section>
  );
}

function Embedded({ days }: { readonly days: Report["embeddings"]["days"] }) {
  return (
    <section class="card" aria-label="Tokens embedded by day">
      <header class="card-head">
        <h2>Tokens embedded by day, 30 days</h2>
        <span class="muted small">By jobs and by searches, as the embedding server counts them.</span>
      </header>
      <div class="table-wrap">
        <table class="table records">
          <TableHead
            columns={["Day", { label: "Runs", class: "number" }, { label: "Tokens", class: "number" }, "Models"]}
          />
          <tbody>
            {days.map(({ day, runs, tokens, models }) => (
              <tr key={day}>
                <td class="nowrap">{day}</td>
                <td class="number" data-label="Runs">
                  {formatCount(runs)}
                </td>
                <td class="number strong" data-label="Tokens">
                  {formatCount(tokens)}
                </td>
                <td class="wrap">{models.map(({ model }) => model ?? "unnamed").join(", ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Days({ days }: { readonly days: readonly Day[] }) {
  const most = Math.max(...days.map(({ total_tokens }) => total_tokens), 1);
  return (
    <div class="table-wrap">
      <table class="table records">
        <TableHead
          columns={[
            "Day",
            { label: "Runs", class: "number" },
            { label: "Prompt", class: "number" },
            { label: "Completion", class: "number" },
            { label: "All tokens", class: "number" },
            { label: "Share of the busiest day", hidden: true },
            "Models and configs",
          ]}
        />
        <tbody>
          {days.map((day) => (
            <tr key={day.day}>
              <td class="nowrap">{day.day}</td>
              <td class="number" data-label="Runs">
                {formatCount(day.runs)}
              </td>
              <td class="number" data-label="Prompt">
                {formatCount(day.prompt_tokens)}
              </td>
              <td class="number" data-label="Completion">
                {formatCount(day.completion_tokens)}
              </td>
              <td class="number strong" data-label="All tokens">
                {formatCount(day.total_tokens)}
              </td>
              <td class="bar-cell">
                <meter
                  min={0}
                  max={most}
                  value={day.total_tokens}
                  aria-label={`${formatCount(day.total_tokens)} tokens on ${day.day}`}
                />
              </td>
              <td class="wrap">
                {day.models.map(({ model, total_tokens }) => (
                  <span key={model} class="tag" title={`${formatCount(total_tokens)} tokens`}>
                    {model ?? "no name"} {formatCount(total_tokens)}
                  </span>
                ))}
                {day.configs.map(({ config, total_tokens }) => (
                  <span key={config} class="tag" title={`${formatCount(total_tokens)} tokens by config ${config}`}>
                    config {config} {formatCount(total_tokens)}
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
