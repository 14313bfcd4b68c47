import type { VectorFilter } from "../../../contracts/projects/vector-search.ts";

/**
 * A filter taken apart, for drivers to translate: every condition must hold. A key that a point lacks never matches,
 * and neither does a value of another type.
 */
export type Condition =
  | {
      readonly kind: "any";
      readonly key: string;
      /** All of one type. On a list, one element is enough. */
      readonly values: readonly string[] | readonly number[] | readonly boolean[];
    }
  | { readonly kind: "range"; readonly key: string; readonly bounds: readonly Bound[] };

/** A bound of a range. */
export interface Bound {
  readonly operator: "gt" | "gte" | "lt" | "lte";
  readonly value: number;
}

const operators = ["gt", "gte", "lt", "lte"] as const;

/** Takes a valid filter apart. */
export function conditionsOf(filter: VectorFilter): Condition[] {
  return Object.entries(filter).map(([key, condition]): Condition => {
    if (typeof condition === "string") return { kind: "any", key, values: [condition] };
    if (typeof condition === "number") return { kind: "any", key, values: [condition] };
    if (typeof condition === "boolean") return { kind: "any", key, values: [condition] };
    if (condition.in !== undefined) return { kind: "any", key, values: condition.in };
    const bounds = operators.flatMap((operator): Bound[] => {
      const value = condition[operator];
      return value === undefined ? [] : [{ operator, value }];
    });
    return { kind: "range", key, bounds };
  });
}
