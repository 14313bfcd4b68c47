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

/** What {@link file://./services/repair-indexes.ts} and {@link file://./services/consumed-capacity.ts} need. */
declare module "dynalite/db/index.js" {
  export type Item = Readonly<Record<string, unknown>>;

  export interface StoredTable {
    readonly TableName: string;
    readonly TableArn: string;
    readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[];
    readonly GlobalSecondaryIndexes?: readonly {
      readonly IndexName: string;
      readonly KeySchema: StoredTable["KeySchema"];
      readonly Projection: unknown;
    }[];
  }

  interface Store {
    readonly db: {
      iterator<Value>(range: { readonly gte: string; readonly lt: string }): AsyncIterable<[string, Value]>;
      put(key: string, value: unknown): Promise<void>;
      del(key: string): Promise<void>;
    };
    readonly lifecycleManager: { gracefulClose(): Promise<void> };
  }

  export function create(options: { readonly path: string }): Store;

  /** What a change of an item changes in indexes; null: there was none. */
  export const getIndexActions: (
    ...change: [
      indexes: NonNullable<StoredTable["GlobalSecondaryIndexes"]>,
      existing: Item | null,
      item: Item,
      table: StoredTable,
    ]
  ) => { readonly puts: readonly { readonly index: string; readonly key: string; readonly item: Item }[] };

  /** `ConsumedCapacity` of an answer. */
  export interface Capacity {
    CapacityUnits: number;
    /** With `ReturnConsumedCapacity: INDEXES`. */
    readonly Table?: { readonly CapacityUnits: number } | undefined;
    GlobalSecondaryIndexes?: Readonly<Record<string, { readonly CapacityUnits: number }>>;
  }

  /** What actions call on the module itself, so that it can be replaced there. */
  const db: {
    readonly getIndexActions: typeof getIndexActions;
    itemSize(item: Item): number;
    addConsumedCapacity(...request: readonly unknown[]): Capacity | undefined;
    updateIndexes(
      ...change: [store: unknown, table: StoredTable, existing: Item | undefined, item: Item | undefined, done: unknown]
    ): void;
  };
  export default db;
}
