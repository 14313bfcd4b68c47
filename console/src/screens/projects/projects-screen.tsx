import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { paces } from "../../live/paces.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Link, navigate } from "../../routing/location.tsx";
import type { SearchRoute } from "../../routing/route.ts";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { Pages, ProjectHead } from "../../ui/project-head.tsx";
import { RecordState } from "../../ui/record-state.tsx";
import { SearchForm } from "../../ui/search-form.tsx";
import { TableHead } from "../../ui/table-head.tsx";
import { Time } from "../../ui/time.tsx";
import { FoundProjects } from "./found-projects.tsx";
import { Metadata } from "./metadata.tsx";

type Project = AnswerOf<"GET /api/v1/projects">["projects"][number];

/** The texts that a search finds by meaning; or what a search has found. */
export function ProjectsScreen({ route: { project, search } }: { readonly route: SearchRoute }) {
  return (
    <>
      <ProjectHead title="Projects" screen="projects" project={project} />
      <p class="page-note muted">
        Texts that a search finds. Not to be confused with the project of an API key, to which they belong.
      </p>
      <SearchForm
        label="Search projects"
        value={search}
        search={(text) => navigate({ screen: "projects", project, search: text })}
      />
      {search === undefined ? <List project={project} /> : <FoundProjects search={search} project={project} />}
    </>
  );
}

function List({ project }: { readonly project: string | undefined }) {
  const [cursor, setCursor] = useState<string>();
  const projects = usePoll(
    (signal) => call("GET /api/v1/projects", { query: { project_id: project, limit: 50, cursor }, signal }),
    {
      key: `projects ${project ?? ""} ${cursor ?? ""}`,
      every: (page) =>
        page?.projects.some(({ status }) => status === "pending") ? paces.pendingProjects : paces.projects,
    },
  );
  return (
    <section class="card" aria-label="Projects">
      <Loaded polled={projects}>
        {(page) =>
          page.projects.length === 0 ? (
            <Empty title="There are no projects.">
              <code>sluice projects create</code> adds one, as does the route POST /projects.
            </Empty>
          ) : (
            <ProjectTable list={page.projects} project={project} />
          )
        }
      </Loaded>
      <Pages cursor={cursor} next={projects.data?.next_cursor} go={setCursor} />
    </section>
  );
}

interface ProjectTableProps {
  readonly list: readonly Project[];
  readonly project: string | undefined;
}

function ProjectTable({ list, project }: ProjectTableProps) {
  return (
    <div class="table-wrap">
      <table class="table records">
        <TableHead columns={["Name", "State", "Description", "Metadata", "Changed"]} />
        <tbody>
          {list.map((each) => (
            <tr key={each.id}>
              <td class="wrap">
                <Link data-row to={{ screen: "project", id: each.id, project }}>
                  {each.name ?? each.id}
                </Link>
              </td>
              <td>
                <RecordState status={each.status} />
              </td>
              <td class="wrap">
                <span class="two-lines">{each.error?.message ?? each.description}</span>
              </td>
              <td class="wrap">
                <Metadata of={each.metadata} />
              </td>
              <td class="nowrap" data-label="Changed">
                <Time at={each.updated_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
