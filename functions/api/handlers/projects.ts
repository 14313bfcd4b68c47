import type { projectRoutes } from "../../../contracts/routes/projects.ts";
import {
  createProject,
  deleteProject,
  isKnownProject,
  updateProject,
} from "../../../shared/capabilities/projects/manage-projects.ts";
import { getProject, listProjects, searchProjects } from "../../../shared/capabilities/projects/read-projects.ts";
import { taskOf } from "../../../shared/engine/jobs/submit.ts";
import { notFound, type ProblemError } from "../../../shared/lib/http/problem.ts";
import { answerSearch } from "../answer-search.ts";
import { type Caller, projectFor } from "../caller.ts";
import { refuseOverQueue } from "../over-budget.ts";
import { requireSearch } from "../require-search.ts";
import type { ApiServices, Handlers } from "../route-handler.ts";

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

interface Embedding {
  readonly taskName: string;
  readonly isReplay?: () => Promise<boolean>;
}

/** The job that embeds a project must have a place among those that wait. Deleting one never needs that. */
const requireRoom = (services: ApiServices, tenant: string, { taskName, ...rest }: Embedding): Promise<void> =>
  refuseOverQueue(services, taskOf(services.jobs.catalog, taskName), { tenant, jobs: 1, ...rest });

/** Projects and searching them. */
export const projectHandlers: Handlers<keyof typeof projectRoutes> = {
  async searchProjects({ query, body, caller }, services) {
    const tenant = projectFor(caller, query.project_id);
    const found = answerSearch(services, { caller, tenant }, (collections, signal) =>
      searchProjects(collections, { ...body, tenant }, signal),
    );
    return { body: await found };
  },

  async createProject({ query, headers, body, caller }, services) {
    const { projects } = services;
    requireSearch(projects.jobs);
    const tenant = projectFor(caller, query.project_id);
    const idempotencyKey = headers["idempotency-key"];
    await requireRoom(services, tenant, {
      taskName: "generate_project_embedding",
      isReplay: () => isKnownProject(projects, tenant, idempotencyKey),
    });
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

  async updateProject(request, services) {
    const { projects } = services;
    requireSearch(projects.jobs);
    const key = keyOf(request);
    await requireRoom(services, key.tenant, { taskName: "regenerate_project_embedding" });
    const updated = await updateProject(projects, key, request.body);
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
