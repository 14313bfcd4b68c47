/**
 * The metadata filters of the stand-in for S3 Vectors, and the errors that bad requests get.
 *
 * @module
 */

import { z } from "zod";

export type Metadata = Record<string, string | number | boolean | (string | number | boolean)[]>;
export class ServiceError extends Error {
  readonly status: number;
  readonly type: string;
  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}
export const invalid = (message: string) => new ServiceError(400, "ValidationException", message);

export const scalar = z.union([z.string(), z.number(), z.boolean()]);
export function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (!parsed.success)
    throw invalid(parsed.error.issues.map(({ path, message }) => `${path.join("/")}: ${message}`).join("; "));
  return parsed.data;
}

const filterList = z.array(z.record(z.string(), z.json())).min(1);
const primitives = z.array(scalar).min(1);

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-metadata-filtering.html */
export function matches(
  filter: Record<string, unknown>,
  metadata: Metadata,
  nonFilterable: readonly string[],
): boolean {
  return Object.entries(filter).every(([key, value]) => {
    if (key === "$and") return parse(filterList, value).every((part) => matches(part, metadata, nonFilterable));
    if (key === "$or") return parse(filterList, value).some((part) => matches(part, metadata, nonFilterable));
    if (key.startsWith("$")) throw invalid(`unknown operator ${key}`);
    if (nonFilterable.includes(key)) throw invalid(`${key} is not filterable`);
    const simple = scalar.safeParse(value);
    const operators = simple.success ? { $eq: simple.data } : parse(z.record(z.string(), z.json()), value);
    return Object.entries(operators).every(([operator, operand]) => holds(operator, operand, metadata[key]));
  });
}

function holds(operator: string, operand: unknown, stored: Metadata[string] | undefined): boolean {
  const values = stored === undefined ? [] : Array.isArray(stored) ? stored : [stored];
  const compare = (test: (value: number, bound: number) => boolean): boolean => {
    const bound = parse(z.number(), operand);
    return typeof stored === "number" && test(stored, bound);
  };
  switch (operator) {
    case "$eq": {
      const wanted = parse(scalar, operand);
      return values.includes(wanted);
    }
    case "$ne":
      return !values.includes(parse(scalar, operand));
    case "$in": {
      const wanted = parse(primitives, operand);
      return values.some((value) => wanted.includes(value));
    }
    case "$nin": {
      const wanted = parse(primitives, operand);
      return !values.some((value) => wanted.includes(value));
    }
    case "$exists":
      return parse(z.boolean(), operand) === (stored !== undefined);
    case "$gt":
      return compare((value, bound) => value > bound);
    case "$gte":
      return compare((value, bound) => value >= bound);
    case "$lt":
      return compare((value, bound) => value < bound);
    case "$lte":
      return compare((value, bound) => value <= bound);
    default:
      throw invalid(`unknown operator ${operator}`);
  }
}
