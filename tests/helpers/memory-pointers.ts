import { setImmediate } from "node:timers/promises";
import {
  type CollectionPointer,
  type CollectionPointers,
  collectionPointerSchema,
} from "../../shared/capabilities/vectors/pointers.ts";

export interface MemoryPointers extends CollectionPointers {
  /** How often it was read. */
  readonly reads: () => number;
}

/** Pointers in memory, as strongly consistent as the table's, and checked against their schema. */
export function memoryPointers(): MemoryPointers {
  const stored = new Map<string, CollectionPointer>();
  let reads = 0;
  return {
    reads: () => reads,
    async get(collection) {
      reads += 1;
      await setImmediate();
      return stored.get(collection);
    },
    async compareAndSet(seen, next) {
      await setImmediate();
      if (stored.get(next.collection)?.version !== seen) return false;
      stored.set(next.collection, collectionPointerSchema.parse(structuredClone(next)));
      return true;
    },
  };
}
