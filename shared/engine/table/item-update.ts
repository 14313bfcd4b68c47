/**
 * The parts of a conditional update of one item of the table.
 *
 * @module
 */

export type Values = Readonly<Record<string, unknown>>;

export interface ItemChange {
  /** Attributes to set; undefined ones are left as they are. */
  readonly set: Values;
  /** Attributes to set where they are missing. */
  readonly setOnce?: Values;
  readonly remove?: readonly string[];
}

/** @param condition over `#name` and `:value` placeholders; every `#name` stands for the attribute of that name */
export function updateParameters({ set, setOnce = {}, remove = [] }: ItemChange, condition: string, values: Values) {
  const given = Object.entries(set).filter(([, value]) => value !== undefined);
  const once = Object.entries(setOnce);
  const assignments = [
    ...given.map(([name]) => `#${name} = :set_${name}`),
    ...once.map(([name]) => `#${name} = if_not_exists(#${name}, :set_${name})`),
  ];
  const inCondition = [...condition.matchAll(/#(\w+)/g)].map(([, name = ""]) => name);
  const names = [...[...given, ...once].map(([name]) => name), ...remove, ...inCondition];
  const removal = remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(", ")}` : "";
  return {
    UpdateExpression: `SET ${assignments.join(", ")}${removal}`,
    ConditionExpression: condition,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...values,
      ...Object.fromEntries([...given, ...once].map(([name, value]) => [`:set_${name}`, value])),
    },
  };
}
