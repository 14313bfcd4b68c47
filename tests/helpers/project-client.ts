import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { jobListSchema } from "../../contracts/jobs/list.ts";
import { acceptedSchema } from "../../contracts/jobs/submit.ts";
import type { Job } from "../../contracts/jobs/wire.ts";
import {
  acceptedProjectSchema,
  type Project,
  projectListSchema,
  projectMatchesSchema,
  projectSchema,
} from "../../contracts/projects/projects.ts";
import { createdKeySchema } from "../../contracts/routes/keys.ts";
import type { TestStack } from "./stack.ts";

/** A tenant of a test stack, who uses the project routes over HTTP with a key of its own. */
export class ProjectClient {
  readonly #stack: TestStack;
  readonly #headers: Record<string, string>;

  constructor(stack: TestStack, key: string) {
    this.#stack = stack;
    this.#headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  }

  /** Makes a key for a project and a client that uses it. */
  static async open(
    stack: TestStack,
    { tenant = `tenant-${randomUUID().slice(0, 8)}`, scopes = ["submit", "read"] } = {},
  ): Promise<ProjectClient> {
    const response = await stack.post("/keys", { project_id: tenant, scopes });
    return new ProjectClient(stack, createdKeySchema.parse(await response.json()).key);
  }

  send(method: string, path: string, body?: unknown): Promise<Response> {
    return this.sendWith({}, { method, path, body });
  }

  /** {@link send} with further headers. */
  sendWith(
    headers: Record<string, string>,
    { method, path, body }: { readonly method: string; readonly path: string; readonly body?: unknown },
  ): Promise<Response> {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    return this.#stack.request(path, { method, headers: { ...this.#headers, ...headers }, ...init });
  }

  /** Submits a task and waits for its job. */
  async run(task: string, input: unknown): Promise<Job> {
    const accepted = await parse(acceptedSchema, await this.send("POST", `/tasks/${task}`, { input }), 202);
    return this.#stack.waitFor(accepted.task_id);
  }

  async create(project: unknown, headers: Record<string, string> = {}) {
    return parse(
      acceptedProjectSchema,
      await this.sendWith(headers, { method: "POST", path: "/projects", body: project }),
      202,
    );
  }

  /** Creates and waits until it is embedded. @returns its id */
  async add(project: unknown): Promise<string> {
    const { id, task_id } = await this.create(project);
    await this.#stack.waitFor(task_id);
    return id;
  }

  async update(id: string, change: unknown, status = 202) {
    return parse(acceptedProjectSchema, await this.send("PUT", `/projects/${id}`, change), status);
  }

  async remove(id: string) {
    return parse(acceptedProjectSchema, await this.send("DELETE", `/projects/${id}`), 202);
  }

  async get(id: string): Promise<Project> {
    return parse(projectSchema, await this.send("GET", `/projects/${id}`), 200);
  }

  async list(query = "") {
    return parse(projectListSchema, await this.send("GET", `/projects${query}`), 200);
  }

  async search(query: string, more: Record<string, unknown> = {}) {
    const response = await this.send("POST", "/projects/search", { query, ...more });
    return (await parse(projectMatchesSchema, response, 200)).matches;
  }

  /** Ids that a search finds, best first. */
  async find(query: string, more: Record<string, unknown> = {}): Promise<string[]> {
    return (await this.search(query, more)).map((match) => match.project_id);
  }

  /** Names of the tasks that were submitted for the tenant, newest first. */
  async tasks(): Promise<string[]> {
    const { jobs } = await parse(jobListSchema, await this.send("GET", "/jobs?limit=100"), 200);
    return jobs.map((job) => job.task_name);
  }
}

async function parse<Schema extends z.ZodType>(schema: Schema, response: Response, status: number) {
  const body = await response.text();
  if (response.status !== status) throw new Error(`Expected ${status}, got ${response.status}: ${body}`);
  return schema.parse(JSON.parse(body));
}
