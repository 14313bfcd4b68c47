import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { ApiError } from "../../api/errors.ts";
import { identity } from "../../api/identity.ts";
import { maySubmit } from "../../api/permissions.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { formatCount } from "../../format/number.ts";
import { paces } from "../../live/paces.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Link, navigate } from "../../routing/location.tsx";
import { useStore } from "../../store.ts";
import { Back } from "../../ui/back.tsx";
import { Button, CopyButton } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Fact } from "../../ui/fact.tsx";
import { JobLink } from "../../ui/job-link.tsx";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { notify } from "../../ui/notify.ts";
import { RecordState } from "../../ui/record-state.tsx";
import { Time } from "../../ui/time.tsx";
import { LongText } from "../../ui/value.tsx";
import { Metadata } from "./metadata.tsx";

type Project = AnswerOf<"GET /api/v1/projects/{project_id}">;

interface ProjectScreenProps {
  readonly id: string;
  readonly project: string | undefined;
}

/** A searchable project: its text, and the state of its vector. */
export function ProjectScreen({ id, project }: ProjectScreenProps) {
  const who = useStore(identity);
  const [deleting, setDeleting] = useState(false);
  const where = { params: { project_id: id }, query: { project_id: project } };
  const polled = usePoll((signal) => call("GET /api/v1/projects/{project_id}", { ...where, signal }), {
    key: `project ${project ?? ""} ${id}`,
    every: (found) => (found?.status === "pending" ? paces.pendingProject : 0),
  });
  if (polled.error instanceof ApiError && polled.error.status === 404) {
    return (
      <>
        <h1 tabIndex={-1}>No such project</h1>
        <Empty title={`There is no project ${id.slice(0, 64)}.`}>
          <Link to={{ screen: "projects", project }}>All projects</Link>
        </Empty>
      </>
    );
  }
  const name = polled.data?.name ?? id;
  return (
    <>
      <Back to={{ screen: "projects", project }}>Projects</Back>
      <header class="page-head">
        <h1 tabIndex={-1} class="wrap">
          {name}
        </h1>
        {polled.data && maySubmit(who) && (
          <Button icon="trash" onClick={() => setDeleting(true)}>
            Delete
          </Button>
        )}
      </header>
      <Loaded polled={polled}>
        {(found) => (
          <>
            <Facts project={found} />
            <section class="card" aria-label="Description">
              <header class="card-head">
                <h2>Description</h2>
                <CopyButton label="Copy the description" text={() => found.description} />
              </header>
              <LongText text={found.description} />
            </section>
          </>
        )}
      </Loaded>
      {deleting && (
        <Confirm
          title={`Delete ${name}?`}
          action="Delete"
          confirm={async () => {
            await call("DELETE /api/v1/projects/{project_id}", where);
            notify("The project is deleted; a job removes its vector.");
            navigate({ screen: "projects", project });
          }}
          close={() => setDeleting(false)}
        >
          <p>The text and its vector are removed. This cannot be undone.</p>
        </Confirm>
      )}
    </>
  );
}

function Facts({ project }: { readonly project: Project }) {
  const { model, dimensions, error, metadata, embedded_at } = project;
  return (
    <dl class="card facts">
      <Fact name="State">
        <RecordState status={project.status} />
      </Fact>
      {error && <Fact name={error.type}>{error.message}</Fact>}
      <Fact name="Id">
        <code>{project.id}</code>
      </Fact>
      <Fact name="Vector">
        {model === null ? "–" : `${dimensions === null ? "" : `${formatCount(dimensions)} numbers by `}${model}`}
      </Fact>
      <Fact name="Metadata">{Object.keys(metadata).length === 0 ? "–" : <Metadata of={metadata} />}</Fact>
      <Fact name="Made">
        <Time at={project.created_at} />
      </Fact>
      <Fact name="Changed">
        <Time at={project.updated_at} />
      </Fact>
      <Fact name="Found since">{embedded_at === null ? "–" : <Time at={embedded_at} />}</Fact>
      <Fact name="Embedded by job">
        <JobLink id={project.task_id} />
      </Fact>
    </dl>
  );
}
