import type { JobServices } from "../../engine/jobs/services.ts";
import type { CollectionServices } from "../vectors/collections.ts";
import { lazyCollections } from "../vectors/lazy-collections.ts";
import type { CollectionPointers } from "../vectors/pointers.ts";
import { tablePointers } from "../vectors/table-pointers.ts";
import { ProjectStore } from "./project-store.ts";

/** The collection that holds the projects of all tenants. */
export const PROJECTS = "projects";

/** What everything that touches projects needs. */
export interface ProjectServices {
  readonly jobs: JobServices;
  readonly projects: ProjectStore;
  readonly pointers: CollectionPointers;
  /** Opened when first called. */
  readonly collections: () => Promise<CollectionServices>;
}

/** @param env read when collections are opened */
export const projectServices = (
  jobs: JobServices,
  env: Readonly<Record<string, string | undefined>> = process.env,
): ProjectServices => ({
  jobs,
  projects: new ProjectStore(jobs.store.table),
  pointers: tablePointers(jobs.store.table),
  collections: lazyCollections(jobs.store.table, env),
});
