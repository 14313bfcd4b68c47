/**
 * Builds DynamoDB's expressions. In a condition, every `#name` stands for the attribute of that name, and `:value` for
 * one of the values given with it.
 *
 * @module
 */

/** Attribute values by name. */
export type Values = Readonly<Record<string, unknown>>;

/** What must hold of an item for a write to be made. */
export interface Condition {
  readonly condition: string;
  readonly values?: Values;
}

/** A change of one item's attributes. */
export interface Change {
  /** Attributes to set; undefined ones are left as they are. */
  readonly set?: Values;
  /** Attributes to set where they are missing. */
  readonly setOnce?: Values;
  /** Numbers to add to attributes, zero where missing, or members to sets, empty where missing. */
  readonly add?: Readonly<Record<string, number | ReadonlySet<string> | ReadonlySet<number>>>;
  /** What to add to the end of lists that are there. */
  readonly append?: Readonly<Record<string, readonly unknown[]>>;
  /** What to take out of sets. */
  readonly take?: Readonly<Record<string, ReadonlySet<string> | ReadonlySet<number>>>;
  readonly remove?: readonly string[];
}

/** A partition, and which part of it by sort key; all of it when no bound is given. */
export interface KeyRange {
  readonly partition: string;
  /** Inclusive. */
  readonly from?: string | number | undefined;
  /** Inclusive. */
  readonly until?: string | number | undefined;
  /** Exclusive, in place of the other bounds. */
  readonly before?: string | number | undefined;
}

/** One of the table's indexes. */
export interface Index {
  readonly name?: string;
  readonly partitionKey: string;
  readonly sortKey: string;
}

/** What to read of one partition. */
export interface PartitionQuery extends KeyRange {
  /** The table itself when left out. */
  readonly index?: Index;
  readonly newestFirst?: boolean;
  /** Items of a page; as many as fit into 1 MB when left out. */
  readonly pageSize?: number | undefined;
  /** Items of the first page, where that is to be smaller. */
  readonly firstPageSize?: number | undefined;
}

/** Collects placeholders, each attribute and value once. */
class Placeholders {
  readonly #names = new Map<string, string>();
  readonly #values = new Map<string, unknown>();

  constructor({ condition = "", values = {} }: Partial<Condition> = {}) {
    for (const [, name = ""] of condition.matchAll(/#(\w+)/g)) this.#names.set(name, `#${name}`);
    for (const [name, value] of Object.entries(values)) this.#values.set(name, value);
  }

  /** Names of counters have characters that a placeholder cannot have. */
  name(attribute: string): string {
    const known = this.#names.get(attribute);
    if (known !== undefined) return known;
    const placeholder = /^\w+$/.test(attribute) ? `#${attribute}` : `#name${this.#names.size}`;
    this.#names.set(attribute, placeholder);
    return placeholder;
  }

  value(value: unknown): string {
    const placeholder = `:value${this.#values.size}`;
    this.#values.set(placeholder, value);
    return placeholder;
  }

  get parameters() {
    const names = [...this.#names].map(([attribute, placeholder]) => [placeholder, attribute]);
    return {
      ...(names.length > 0 && { ExpressionAttributeNames: Object.fromEntries(names) as Record<string, string> }),
      ...(this.#values.size > 0 && { ExpressionAttributeValues: Object.fromEntries(this.#values) }),
    };
  }
}

/** The parameters of a put or delete under a condition. */
export const conditionParameters = (condition: Condition) => ({
  ConditionExpression: condition.condition,
  ...new Placeholders(condition).parameters,
});

/** The parameters of an update, under a condition or without. */
export function updateParameters(change: Change, condition?: Condition) {
  const { set = {}, setOnce = {}, add = {}, append = {}, take = {}, remove = [] } = change;
  const placeholders = new Placeholders(condition);
  const clause = (keyword: string, parts: readonly string[]) =>
    parts.length > 0 ? [`${keyword} ${parts.join(", ")}`] : [];
  const each = (values: Values, part: (name: string, value: string) => string) =>
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([attribute, value]) => part(placeholders.name(attribute), placeholders.value(value)));
  const expression = [
    ...clause("SET", [
      ...each(set, (name, value) => `${name} = ${value}`),
      ...each(setOnce, (name, value) => `${name} = if_not_exists(${name}, ${value})`),
      ...each(append, (name, value) => `${name} = list_append(${name}, ${value})`),
    ]),
    ...clause(
      "ADD",
      each(add, (name, value) => `${name} ${value}`),
    ),
    ...clause(
      "DELETE",
      each(take, (name, value) => `${name} ${value}`),
    ),
    ...clause(
      "REMOVE",
      remove.map((attribute) => placeholders.name(attribute)),
    ),
  ];
  return {
    UpdateExpression: expression.join(" "),
    ...(condition && { ConditionExpression: condition.condition }),
    ...placeholders.parameters,
  };
}

/** The parameters of a query of one partition. */
export function keyParameters(
  index: { readonly partitionKey: string; readonly sortKey: string },
  { partition, from, until, before }: KeyRange,
) {
  const [bounds, values] = boundsOf();
  return {
    KeyConditionExpression: bounds === "" ? "#pk = :pk" : `#pk = :pk AND ${bounds}`,
    ExpressionAttributeNames: { "#pk": index.partitionKey, ...(bounds !== "" && { "#sk": index.sortKey }) },
    ExpressionAttributeValues: { ":pk": partition, ...values },
  };

  function boundsOf(): readonly [string, Values] {
    if (before !== undefined) return ["#sk < :before", { ":before": before }];
    if (from !== undefined && until !== undefined)
      return ["#sk BETWEEN :from AND :until", { ":from": from, ":until": until }];
    if (from !== undefined) return ["#sk >= :from", { ":from": from }];
    if (until !== undefined) return ["#sk <= :until", { ":until": until }];
    return ["", {}];
  }
}
