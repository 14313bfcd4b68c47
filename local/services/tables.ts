/**
 * Makes the template's tables.
 *
 * @module
 */

import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { z } from "zod";
import type { Deployment, Resource } from "../template/deployment.ts";
import { propertiesOf } from "../template/parse.ts";
import type { WantedTable } from "./change-indexes.ts";

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) }));

const indexSchema = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.object({
    ProjectionType: z.enum(["ALL", "KEYS_ONLY", "INCLUDE"]),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
});

const tableSchema = z.object({
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(["S", "N", "B"]) })),
  GlobalSecondaryIndexes: z.array(indexSchema).optional(),
  LocalSecondaryIndexes: z.array(indexSchema).optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string().optional(), Enabled: z.boolean() }).optional(),
});

type TableProperties = z.infer<typeof tableSchema>;

/** A table as the template defines it. */
export interface Table {
  readonly name: string;
  readonly keys: readonly string[];
  readonly indexes: readonly string[];
  /** Attribute whose time, in seconds since the epoch, ends an item. */
  readonly ttlAttribute: string | undefined;
}

/** @throws Error when an earlier run left a table of the same name and other keys */
export async function createTables(deployment: Deployment, client: DynamoDBClient): Promise<Table[]> {
  return Promise.all(tableResources(deployment).map((resource) => createTable(resource, client)));
}

/** The tables of a template, for {@link changeIndexes}. */
export const wantedTables = (deployment: Deployment): WantedTable[] =>
  tableResources(deployment).map((resource) => {
    const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes = [] } = propertiesOf(resource, tableSchema);
    const indexes = GlobalSecondaryIndexes.map(indexInput);
    return { TableName: resource.ref, KeySchema, AttributeDefinitions, GlobalSecondaryIndexes: indexes };
  });

const tableResources = (deployment: Deployment): Resource[] =>
  deployment.ofType("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable");

async function createTable(resource: Resource, client: DynamoDBClient): Promise<Table> {
  const properties = propertiesOf(resource, tableSchema);
  const name = resource.ref;
  const shape = await shapeOfExisting(name, client);
  if (shape === undefined) {
    await client.send(new CreateTableCommand(createInput(name, properties)));
    // A table that is still being made refuses its first writes. Delays in seconds.
    await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 0.02, maxDelay: 0.2 }, { TableName: name });
  } else if (shape !== shapeOf(properties)) {
    throw new Error(
      `Table ${name} was made with other keys or indexes. Choose another data directory or delete this one.`,
    );
  }
  const ttl = properties.TimeToLiveSpecification;
  return {
    name,
    keys: properties.KeySchema.map((key) => key.AttributeName),
    indexes: (properties.GlobalSecondaryIndexes ?? []).map((index) => index.IndexName),
    ttlAttribute: ttl?.Enabled ? ttl.AttributeName : undefined,
  };
}

function createInput(name: string, properties: TableProperties): CreateTableCommandInput {
  const { GlobalSecondaryIndexes, LocalSecondaryIndexes } = properties;
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: properties.KeySchema,
    AttributeDefinitions: properties.AttributeDefinitions,
    ...(GlobalSecondaryIndexes ? { GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(indexInput) } : {}),
    ...(LocalSecondaryIndexes ? { LocalSecondaryIndexes: LocalSecondaryIndexes.map(indexInput) } : {}),
  };
}

function indexInput({ IndexName, KeySchema, Projection }: z.infer<typeof indexSchema>) {
  const { ProjectionType, NonKeyAttributes } = Projection;
  return {
    IndexName,
    KeySchema,
    Projection: { ProjectionType, ...(NonKeyAttributes ? { NonKeyAttributes } : {}) },
  };
}

interface Keyed {
  readonly IndexName?: string | undefined;
  readonly KeySchema?: readonly { AttributeName?: string | undefined; KeyType?: string | undefined }[] | undefined;
}

/** Keys of a table and its indexes as one string, to compare. */
function shapeOf(table: Keyed & { GlobalSecondaryIndexes?: readonly Keyed[] | undefined }): string {
  const keysOf = ({ IndexName = "", KeySchema = [] }: Keyed) =>
    `${IndexName}(${KeySchema.map((key) => `${key.AttributeName} ${key.KeyType}`).join(", ")})`;
  return [keysOf(table), ...(table.GlobalSecondaryIndexes ?? []).map(keysOf).sort()].join(" ");
}

async function shapeOfExisting(name: string, client: DynamoDBClient): Promise<string | undefined> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    return Table && shapeOf(Table);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
