import { TENANT_KEY } from "../../../../contracts/projects/vector-search.ts";
import type { Condition } from "../filter.ts";

type Scalar = string | number | boolean;
// Not readonly, since the SDK's document type is not.
type Operators = { [operator: string]: Scalar | Scalar[] };
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-metadata-filtering.html */
export type S3Filter = { $and: { [key: string]: Operators }[] };

function operators(condition: Condition): Operators {
  if (condition.kind === "range") {
    return Object.fromEntries(condition.bounds.map(({ operator, value }) => [`$${operator}`, value]));
  }
  const [first, ...more] = condition.values;
  return first !== undefined && more.length === 0 ? { $eq: first } : { $in: [...condition.values] };
}

/** The filter of a search: the tenant, and what the caller asks for. */
export const toS3Filter = (tenant: string, conditions: readonly Condition[]): S3Filter => ({
  $and: [
    { [TENANT_KEY]: { $eq: tenant } },
    ...conditions.map((condition) => ({ [condition.key]: operators(condition) })),
  ],
});
