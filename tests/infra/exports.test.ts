/**
 * A stack that is updated first may not lose an export that the deployed one behind it still imports: CloudFormation refuses that
 * ("Export … cannot be deleted as it is in use"), and the stage could not be deployed.
 */

import { Template } from "aws-cdk-lib/assertions";
import { expect, test } from "vitest";
import { z } from "zod";
import { type Synthesized, synthesize } from "../helpers/synthesized.ts";

const outputsSchema = z.record(z.string(), z.object({ Export: z.object({ Name: z.unknown() }).optional() }));

/** Names of exports, by stack. */
const exportsOf = ({ stacks }: Synthesized): Record<string, string[]> =>
  Object.fromEntries(
    stacks.map((stack) => {
      const outputs = outputsSchema.parse(Template.fromStack(stack).toJSON().Outputs ?? {});
      const names = Object.values(outputs).flatMap((output) =>
        output.Export ? [JSON.stringify(output.Export.Name)] : [],
      );
      return [stack.stackName, names.toSorted()];
    }),
  );

const full = exportsOf(synthesize());

test.each([
  ["size small", { SLUICE_SIZE: "small", SLUICE_FAMILIES: "" }],
  ["the families core and language", { SLUICE_FAMILIES: "core,language" }],
  ["core alone", { SLUICE_FAMILIES: "core" }],
  ["no vector store", { VECTOR_STORE: "none", SLUICE_FAMILIES: "core,language,documents" }],
])("a stage can be changed to %s and back: no stack exports more or less", (_, env) => {
  expect(exportsOf(synthesize(env))).toEqual(full);
});
