import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getLoadablePath } from "sqlite-vec";
import { PROJECTS, type ProjectServices, projectServices } from "../../shared/capabilities/projects/services.ts";
import type { CollectionServices } from "../../shared/capabilities/vectors/collections.ts";
import type { TaskContext } from "../../shared/engine/worker/context.ts";
import { taskContext } from "./task-context.ts";
import { TestApi } from "./test-api.ts";

/**
 * Projects on a real table and a real vector store in this process, where a test runs the jobs by hand and can stop one
 * between two steps.
 */
export class ProjectHarness {
  readonly api: TestApi;
  readonly services: ProjectServices;
  /** Texts of every call of the embedder. */
  readonly embedded: string[][] = [];
  /** Called before each call of the embedder, and before each removal of vectors. */
  beforeEmbedding: (texts: readonly string[]) => Promise<void> | void = () => {};
  beforeRemoval: () => Promise<void> | void = () => {};
  readonly #directory: string;

  static async start(): Promise<ProjectHarness> {
    return new ProjectHarness(await TestApi.start(), await mkdtemp(join(tmpdir(), "projects-")));
  }

  private constructor(api: TestApi, directory: string) {
    this.api = api;
    this.#directory = directory;
    const services = projectServices(api.jobs, {
      VECTOR_STORE: "sqlite",
      SQLITE_VECTORS_PATH: join(directory, "vectors.db"),
      SQLITE_VEC_EXTENSION: getLoadablePath(),
    });
    let observed: Promise<CollectionServices> | undefined;
    this.services = {
      ...services,
      collections: () => {
        observed ??= services.collections().then((collections) => this.#observe(collections));
        return observed;
      },
    };
  }

  #observe(collections: CollectionServices): CollectionServices {
    return {
      ...collections,
      embedderFor: async (model) => {
        const embedder = await collections.embedderFor(model);
        return {
          ...embedder,
          embed: async (texts, signal, options) => {
            if (options?.purpose !== "query") {
              this.embedded.push([...texts]);
              await this.beforeEmbedding(texts);
            }
            return embedder.embed(texts, signal, options);
          },
        };
      },
      store: {
        ...collections.store,
        delete: async (...request) => {
          await this.beforeRemoval();
          return collections.store.delete(...request);
        },
      },
    };
  }

  /** Forgets what an earlier test did. */
  reset(): void {
    this.embedded.length = 0;
    this.beforeEmbedding = () => {};
    this.beforeRemoval = () => {};
  }

  /** The context of a job that was submitted just now. */
  async job(tenant: string, overrides: Partial<TaskContext> = {}): Promise<TaskContext> {
    const taskId = await this.api.submit({ task: "health_check", body: { input: {} } });
    return taskContext({ taskId, tenant, ...overrides });
  }

  /** What the vector store holds for a project, by index: the texts. */
  async stored(tenant: string, id: string): Promise<unknown[]> {
    const { store, pointers } = await this.services.collections();
    const pointer = await pointers.get(PROJECTS);
    if (!pointer) return [];
    const indexes = pointer.migration ? [pointer.active, pointer.migration.target] : [pointer.active];
    const points = await Promise.all(indexes.map((index) => store.get(index.name, { tenant, ids: [id] })));
    return points.map(([point]) => point?.metadata.text);
  }

  async close(): Promise<void> {
    await this.api.close();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** A place where one run waits until a test lets it continue. */
export class Gate {
  readonly #arrival = Promise.withResolvers<void>();
  readonly #release = Promise.withResolvers<void>();
  #isUsed = false;

  /** Resolves once a run waits. */
  readonly arrived = this.#arrival.promise;

  /** Waits, the first time it is called. */
  async pass(): Promise<void> {
    if (this.#isUsed) return;
    this.#isUsed = true;
    this.#arrival.resolve();
    await this.#release.promise;
  }

  open(): void {
    this.#release.resolve();
  }
}
