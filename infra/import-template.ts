/**
 * What CloudFormation needs to take the tables and the bucket that a removed stage has kept into a new storage stack: a template
 * with them alone, and their names. The next deployment adds the rest.
 *
 * @module
 */

import { z } from "zod";

const resourceSchema = z.looseObject({
  Type: z.string(),
  DeletionPolicy: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});
const templateSchema = z.looseObject({ Resources: z.record(z.string(), resourceSchema) });

/** What is kept, by the start of its logical id: how CloudFormation identifies it. */
const kept = {
  Jobs: { option: "jobs", identifier: "TableName" },
  Keys: { option: "keys", identifier: "TableName" },
  Files: { option: "bucket", identifier: "BucketName" },
  Vectors: { option: "vectors", identifier: "VectorBucketArn" },
} as const;

/** The names that an import is given: of the two tables, the bucket, and the ARN of the bucket of vectors, if there is one. */
export type KeptNames = Readonly<Partial<Record<(typeof kept)[keyof typeof kept]["option"], string | undefined>>>;

/** An import change set's two files. */
export interface ImportFiles {
  readonly template: { readonly Resources: Readonly<Record<string, unknown>> };
  readonly resourcesToImport: readonly {
    readonly ResourceType: string;
    readonly LogicalResourceId: string;
    readonly ResourceIdentifier: Readonly<Record<string, string>>;
  }[];
}

/** What refers to a resource that is not imported, such as the queue of uploads: a deployment adds it. */
function withoutReferences(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const refers = (value: unknown) => /"(Ref|Fn::GetAtt|Fn::ImportValue|Fn::Sub)":/.test(JSON.stringify(value));
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => !refers(value)));
}

/**
 * The files of an import.
 * @param storage the synthesized template of the storage stack
 * @throws Error when the stage does not keep its data, or a name is missing or fits nothing
 */
export function importFiles(storage: unknown, names: KeptNames): ImportFiles {
  const { Resources } = templateSchema.parse(storage);
  const found = Object.entries(kept).map(([start, { option, identifier }]) => {
    const entry = Object.entries(Resources).find(
      ([id, { DeletionPolicy = "" }]) => id.startsWith(start) && DeletionPolicy.startsWith("Retain"),
    );
    return { option, identifier, entry, name: names[option] };
  });
  if (found.every(({ entry }) => entry === undefined)) throw new Error("The stage does not keep its data.");
  for (const { option, entry, name } of found) {
    if (entry === undefined && name !== undefined) throw new Error(`The stage has nothing that --${option} names.`);
    // A new bucket of vectors may be wanted; tables and files belong together.
    if (entry !== undefined && name === undefined && option !== "vectors") throw new Error(`Give --${option} NAME.`);
  }
  const imported = found.flatMap(({ entry, identifier, name }) => {
    if (entry === undefined || name === undefined) return [];
    const [id, { Properties, ...resource }] = entry;
    return [{ id, name, identifier, resource: { ...resource, Properties: withoutReferences(Properties) } }];
  });
  return {
    template: { Resources: Object.fromEntries(imported.map(({ id, resource }) => [id, resource])) },
    resourcesToImport: imported.map(({ id, name, identifier, resource }) => ({
      ResourceType: resource.Type,
      LogicalResourceId: id,
      ResourceIdentifier: { [identifier]: name },
    })),
  };
}
