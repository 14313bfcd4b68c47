/**
 * Policies as IAM evaluates them: statements with their conditions, an explicit Deny before an Allow, and nothing that is
 * not allowed. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 *
 * @module
 */

import { z } from "zod";

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

/** A statement of a policy. What it could hold beside this, such as `NotAction`, is refused: it would not be looked at. */
const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Action: oneOrMore,
  Resource: oneOrMore,
  Condition: z
    .record(
      z.string().refine((operator) => parseOperator(operator) !== undefined, {
        error: ({ input }) => `the embedded stack does not know the condition ${JSON.stringify(input)}`,
      }),
      z.record(z.string(), oneOrMore),
    )
    .default({}),
});

/** A policy's document. */
export const policySchema = z.object({ Statement: z.array(statementSchema) });

/** A statement of a policy. */
export type Statement = z.output<typeof statementSchema>;

/** One thing that a request asks for. */
export interface Asked {
  /** Such as `dynamodb:GetItem`. */
  readonly action: string;
  /** An ARN, or `*` for what has no resource. */
  readonly resource: string;
  /** Values of the keys that conditions name; a key that the request does not have is left out. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** What statements say: `denied` by one of them, `allowed` by one, or nothing. */
export type Decision = "allowed" | "denied" | "unmentioned";

/** What statements say of one thing that is asked for. */
export function decide(statements: readonly Statement[], asked: Asked): Decision {
  let decision: Decision = "unmentioned";
  for (const statement of statements) {
    if (!applies(statement, asked)) continue;
    if (statement.Effect === "Deny") return "denied";
    decision = "allowed";
  }
  return decision;
}

const applies = ({ Action, Resource, Condition }: Statement, { action, resource, context }: Asked): boolean =>
  // Actions are the same in any case.
  Action.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
  Resource.some((pattern) => matches(pattern, resource)) &&
  Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, context[key], wanted)),
  );

const patterns = new Map<string, RegExp>();

/** `*` stands for any characters, `?` for one. */
function matches(pattern: string, text: string): boolean {
  if (pattern === text || pattern === "*") return true;
  let compiled = patterns.get(pattern);
  if (!compiled) {
    const source = pattern
      .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    compiled = new RegExp(`^${source}$`, "s");
    patterns.set(pattern, compiled);
  }
  return compiled.test(text);
}

const comparisons: Readonly<Record<string, (given: string, wanted: string) => boolean>> = {
  StringEquals: (given, wanted) => given === wanted,
  StringLike: (given, wanted) => matches(wanted, given),
  ArnEquals: (given, wanted) => matches(wanted, given),
  ArnLike: (given, wanted) => matches(wanted, given),
  Bool: (given, wanted) => given.toLowerCase() === wanted.toLowerCase(),
};

/** `ForAnyValue:StringLikeIfExists` in its parts. @returns undefined for what is not known here */
function parseOperator(operator: string) {
  const [, set, name = "", ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const compare = Object.hasOwn(comparisons, name) ? comparisons[name] : undefined;
  return compare && { set, compare, ifExists: ifExists !== undefined };
}

/** @param given undefined: the request does not have the key */
function holds(operator: string, given: readonly string[] | undefined, wanted: readonly string[]): boolean {
  const parsed = parseOperator(operator);
  if (!parsed) return false;
  const { set, compare, ifExists } = parsed;
  const fits = (value: string) => wanted.some((each) => compare(value, each));
  // Of no values, all fit: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
  if (set === "ForAllValues") return (given ?? []).every(fits);
  if (given === undefined) return ifExists;
  return given.some(fits);
}
