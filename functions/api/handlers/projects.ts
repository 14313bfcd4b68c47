import type { projectRoutes } from "../../../contracts/routes/projects.ts";
import { createProject, deleteProject, updateProject } from "../../../shared/capabilities/projects/manage-projects.ts";
import { getProject, listProjects, searchProjects } from "../../../shared/capabilities/projects/read-projects.ts";
import { notFound, type ProblemError } from "../../../shared/lib/http/problem.ts";
import { answerSearch } from "../answer-search.ts";
import { type Caller, projectFor } from "../caller.ts";
import { requireSearch } from "../require-search.ts";
import type { Handlers } from "../route-handler.ts";

interface Asked {
  readonly params: { readonly project_id: string };
  readonly query: { readonly project_id?: string | undefined };
  readonly caller: Caller;
}

/** A project's id means something within its tenant alone, so another's is simply not there. */
const keyOf = ({ params, query, caller }: Asked) => ({
  tenant: projectFor(caller, query.project_id),
  id: params.project_id,
});

const noSuchProject = ({ params }: Asked): ProblemError => notFound(`There is no project ${params.project_id}.`);

/** Projects and searching them. */
export const projectHandlers: Handlers<keyof typeof projectRoutes> = {
  async searchProjects({ query, body, caller }, services) {
    const tenant = projectFor(caller, query.project_id);
    const found = answerSearch(services, { caller, tenant }, (collections, signal) =>
      searchProjects(collections, { ...body, tenant }, signal),
    );
    return { body: await found };
  },

  async createProject({ query, headers, body, caller }, { projects }) {
    requireSearch(projects.jobs);
    const tenant = projectFor(caller, query.project_id);
    const idempotencyKey = headers["idempotency-key"];
    return { body: await createProject(projects, { tenant, idempotencyKey }, body) };
  },

  async listProjects({ query, caller }, { projects }) {
    return { body: await listProjects(projects, projectFor(caller, query.project_id), query) };
  },

  async getProject(request, { projects }) {
    const project = await getProject(projects, keyOf(request));
    if (!project) throw noSuchProject(request);
    return { body: project };
  },

  async updateProject(request, { projects }) {
    requireSearch(projects.jobs);
    const updated = await updateProject(projects, keyOf(request), request.body);
    if (!updated) throw noSuchProject(request);
    const { changed, ...accepted } = updated;
    return { ...(changed ? {} : { status: 200 }), body: accepted };
  },

  async deleteProject(request, { projects }) {
    requireSearch(projects.jobs);
    const deleted = await deleteProject(projects, keyOf(request));
    if (!deleted) throw noSuchProject(request);
    return { body: deleted };
  },
};
