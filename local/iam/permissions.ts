/**
 * What each function of the template may do: the policies of its role.
 *
 * @module
 */

import { z } from "zod";
import type { Deployment } from "../template/deployment.ts";
import { propertiesOf } from "../template/parse.ts";
import { policySchema, type Statement } from "./statements.ts";

/** What a function may do. */
export interface FunctionPermissions {
  /** Name of its role. */
  readonly role: string;
  readonly statements: readonly Statement[];
}

/** The partition keys of a table, which leading keys in conditions are values of. */
export interface TableKeys {
  readonly partitionKey: string;
  /** By name of the index. */
  readonly indexes: Readonly<Record<string, string>>;
}

/** What a template allows, as plain data: it is sent to threads. */
export interface Permissions {
  /** By name. */
  readonly functions: Readonly<Record<string, FunctionPermissions>>;
  /** By name. */
  readonly tables: Readonly<Record<string, TableKeys>>;
}

const namedPolicySchema = z.object({ PolicyDocument: policySchema });
const attachedPolicySchema = z.object({ PolicyDocument: policySchema, Roles: z.array(z.string()).default([]) });
const roleSchema = z.object({ Policies: z.array(namedPolicySchema).default([]) });
const functionSchema = z.object({ Role: z.string().optional() });
const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) }));
const tableSchema = z.object({
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.array(z.object({ IndexName: z.string(), KeySchema: keySchema })).default([]),
});

const partitionKey = (keys: z.infer<typeof keySchema>): string =>
  keys.find(({ KeyType }) => KeyType === "HASH")?.AttributeName ?? "";

/**
 * Reads the roles of a template's functions, with the policies inside them and those attached to them. AWS's own managed
 * policies, the policies of resources and permission boundaries are not looked at.
 * @throws TemplateError when a policy holds what is not known here
 */
export function readPermissions(deployment: Deployment): Permissions {
  const byRole = new Map<string, Statement[]>();
  const add = (role: string, statements: readonly Statement[]) =>
    byRole.set(role, [...(byRole.get(role) ?? []), ...statements]);
  for (const role of deployment.ofType("AWS::IAM::Role")) {
    const { Policies } = propertiesOf(role, roleSchema);
    add(
      role.ref,
      Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    );
  }
  for (const policy of deployment.ofType("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")) {
    const { PolicyDocument, Roles } = propertiesOf(policy, attachedPolicySchema);
    for (const role of Roles) add(role, PolicyDocument.Statement);
  }
  const functions = deployment.ofType("AWS::Lambda::Function").map((resource) => {
    const role = propertiesOf(resource, functionSchema).Role?.split(":role/").at(-1) ?? "";
    return [resource.ref, { role, statements: byRole.get(role) ?? [] }] as const;
  });
  const tables = deployment.ofType("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable").map((resource) => {
    const { KeySchema, GlobalSecondaryIndexes } = propertiesOf(resource, tableSchema);
    const indexes = GlobalSecondaryIndexes.map((index) => [index.IndexName, partitionKey(index.KeySchema)] as const);
    return [resource.ref, { partitionKey: partitionKey(KeySchema), indexes: Object.fromEntries(indexes) }] as const;
  });
  return { functions: Object.fromEntries(functions), tables: Object.fromEntries(tables) };
}
