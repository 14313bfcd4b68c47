import type { Condition } from "../filter.ts";

/** SQL that holds, and its parameters in order. */
export interface SqlCondition {
  readonly sql: string;
  readonly parameters: readonly (string | number)[];
}

const comparisons = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;
const NUMBER = "type in ('integer', 'real')";

function anyOf(values: readonly (string | number | boolean)[]): SqlCondition {
  const marks = values.map(() => "?").join(", ");
  const [first] = values;
  // JSON's true and false are types of their own to json_each.
  if (typeof first === "boolean") return { sql: `type in (${marks})`, parameters: values.map(String) };
  const scalars = values.map((value) => (typeof value === "boolean" ? String(value) : value));
  return { sql: `${typeof first === "string" ? "type = 'text'" : NUMBER} and atom in (${marks})`, parameters: scalars };
}

/**
 * Translates a condition on the `metadata` column. `json_each` yields a list's elements, a scalar itself, and nothing
 * for a missing key, which are the three cases of a filter.
 */
export function toSql(condition: Condition): SqlCondition {
  const holds =
    condition.kind === "any"
      ? anyOf(condition.values)
      : {
          sql: [NUMBER, ...condition.bounds.map(({ operator }) => `atom ${comparisons[operator]} ?`)].join(" and "),
          parameters: condition.bounds.map(({ value }) => value),
        };
  return {
    sql: `exists (select 1 from json_each(points.metadata, ?) where ${holds.sql})`,
    parameters: [`$."${condition.key}"`, ...holds.parameters],
  };
}
