import { TENANT_KEY } from "../../../../contracts/projects/vector-search.ts";
import type { Condition } from "../filter.ts";

/** https://qdrant.tech/documentation/concepts/filtering/ */
export type QdrantCondition =
  | { readonly key: string; readonly match: { readonly value: string | boolean } | { readonly any: readonly string[] } }
  | { readonly key: string; readonly range: { readonly [bound in "gt" | "gte" | "lt" | "lte"]?: number } }
  | QdrantFilter;

/** A filter in Qdrant's form. */
export interface QdrantFilter {
  readonly must?: readonly QdrantCondition[];
  readonly should?: readonly QdrantCondition[];
}

const equals = (key: string, value: string | number | boolean): QdrantCondition =>
  // `match` supports whole numbers only and distinguishes 2 from 2.0; a range of one number does neither.
  typeof value === "number" ? { key, range: { gte: value, lte: value } } : { key, match: { value } };

function toCondition(condition: Condition): QdrantCondition {
  const key = `metadata.${condition.key}`;
  if (condition.kind === "range") {
    return { key, range: Object.fromEntries(condition.bounds.map(({ operator, value }) => [operator, value])) };
  }
  const texts = condition.values.filter((value) => typeof value === "string");
  if (texts.length > 0) return { key, match: { any: texts } };
  return { should: condition.values.map((value) => equals(key, value)) };
}

/** The filter of a search: the tenant, and what the caller asks for. */
export const toQdrantFilter = (tenant: string, conditions: readonly Condition[]): QdrantFilter => ({
  must: [equals(TENANT_KEY, tenant), ...conditions.map(toCondition)],
});
