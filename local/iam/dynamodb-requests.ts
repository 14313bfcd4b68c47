import {
  type AwsRequest,
  type Fields,
  fieldsOf,
  jsonOf,
  type KnownResources,
  listOf,
  operationOf,
  textOf,
} from "./aws-request.ts";
import type { TableKeys } from "./permissions.ts";
import type { Asked } from "./statements.ts";

/** The expressions of a request, in which attributes are named. */
export const expressionNames = [
  "ProjectionExpression",
  "KeyConditionExpression",
  "FilterExpression",
  "ConditionExpression",
  "UpdateExpression",
] as const;

/** Of an attribute's value, such as `{"S": "a"}`. */
const scalars = (attribute: unknown): string[] => Object.values(fieldsOf(attribute)).map(String);

const leadingKeys = (items: readonly Fields[], partitionKey: string): string[] =>
  items.flatMap((item) => scalars(item[partitionKey]));

/** What an expression assigns or compares with `=`, by the attribute's name. */
export function equalities(
  request: Fields,
  expression: (typeof expressionNames)[number],
): [name: string, value: unknown][] {
  const names = fieldsOf(request.ExpressionAttributeNames);
  const values = fieldsOf(request.ExpressionAttributeValues);
  const found = (textOf(request[expression]) ?? "").matchAll(/(#?\w+)\s*=\s*(:\w+)/g);
  return [...found].map(([, name = "", value = ""]) => [textOf(names[name]) ?? name, values[value]]);
}

/** Words of expressions that are not attributes. */
const words = new Set(
  "set remove add delete and or not in between attribute_exists attribute_not_exists attribute_type begins_with contains size if_not_exists list_append".split(
    " ",
  ),
);

/** The top-level attributes that a request reads, writes or examines. */
function attributesOf(request: Fields): string[] {
  const bare = expressionNames.flatMap((expression) => {
    const names = (textOf(request[expression]) ?? "").match(/(?<![:#.\w])[A-Za-z_]\w*/g) ?? [];
    return names.filter((name) => !words.has(name.toLowerCase()));
  });
  const named = Object.values(fieldsOf(request.ExpressionAttributeNames)).map(String);
  return [...Object.keys(fieldsOf(request.Key)), ...Object.keys(fieldsOf(request.Item)), ...named, ...bare];
}

/** The keys or items of a batch for one table. */
function itemsOf(batch: unknown): Fields[] {
  const written = listOf(batch).map((each) => {
    const { PutRequest, DeleteRequest } = fieldsOf(each);
    return fieldsOf(fieldsOf(PutRequest).Item ?? fieldsOf(DeleteRequest).Key);
  });
  return [...written, ...listOf(fieldsOf(batch).Keys).map(fieldsOf)];
}

/** Every action on a table, or on an index of one. */
export function askedOfDynamoDb(aws: AwsRequest, { tables }: Pick<KnownResources, "tables">): Asked[] {
  const operation = operationOf(aws);
  const action = `dynamodb:${operation}`;
  const arnOf = (table: string) => `arn:aws:dynamodb:${aws.region}:${aws.account}:table/${table}`;
  const keysOf = (table: string): TableKeys => tables[table] ?? { partitionKey: "", indexes: {} };
  const request = jsonOf(aws);
  if (operation === "BatchGetItem" || operation === "BatchWriteItem") {
    return Object.entries(fieldsOf(request.RequestItems)).map(([table, batch]) => {
      const leading = leadingKeys(itemsOf(batch), keysOf(table).partitionKey);
      return { action, resource: arnOf(table), context: { "dynamodb:LeadingKeys": leading } };
    });
  }
  const table = textOf(request.TableName);
  if (table === undefined) return [{ action, resource: "*", context: {} }];
  const index = textOf(request.IndexName);
  const keys = keysOf(table);
  const partitionKey = index === undefined ? keys.partitionKey : (keys.indexes[index] ?? "");
  const leading =
    operation === "Query"
      ? equalities(request, "KeyConditionExpression").flatMap(([name, value]) =>
          name === partitionKey ? scalars(value) : [],
        )
      : leadingKeys([fieldsOf(request.Key ?? request.Item)], partitionKey);
  const returned = textOf(request.ReturnValues);
  return [
    {
      action,
      resource: index === undefined ? arnOf(table) : `${arnOf(table)}/index/${index}`,
      context: {
        ...(leading.length > 0 && { "dynamodb:LeadingKeys": leading }),
        "dynamodb:Attributes": attributesOf(request),
        ...(returned !== undefined && { "dynamodb:ReturnValues": [returned] }),
      },
    },
  ];
}
