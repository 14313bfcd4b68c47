/** dynalite has no types of its own. */
declare module "dynalite" {
  import type { Server } from "node:http";

  export interface DynaliteOptions {
    /** Milliseconds that a table stays in CREATING, UPDATING or DELETING. */
    readonly createTableMs?: number;
    readonly updateTableMs?: number;
    readonly deleteTableMs?: number;
    /** Folder of the store; in memory without one. */
    readonly path?: string;
  }

  export default function dynalite(options?: DynaliteOptions): Server;
}
