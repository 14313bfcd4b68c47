/**
 * Checks a presigned POST as S3 does; the emulator takes every form.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 *
 * @module
 */

import { z } from "zod";
import type { Credentials } from "../services/credentials.ts";
import { type CredentialScope, isForS3, isSignedBy, parseCredential } from "../services/sigv4.ts";
import { S3Refusal } from "./refusal.ts";

/** The fields of a presigned POST. */
export interface PostForm {
  readonly bucket: string;
  /** Fields before the file. */
  readonly fields: ReadonlyMap<string, string>;
  /** Of the file, in bytes. */
  readonly size: number;
}

const policySchema = z.object({
  expiration: z.iso.datetime({ offset: true }),
  conditions: z.array(
    z.union([
      z.tuple([z.literal("content-length-range"), z.coerce.number(), z.coerce.number()]),
      z.tuple([z.enum(["eq", "starts-with"]), z.string().startsWith("$"), z.string()]),
      z.record(z.string(), z.string()),
    ]),
  ),
});

type Condition = z.infer<typeof policySchema>["conditions"][number];

/** Fields that need no condition. */
const free = new Set(["policy", "x-amz-signature", "file", "awsaccesskeyid", "signature"]);

const denied = (message: string) => new S3Refusal(403, "AccessDenied", message);

/**
 * @returns who signed it
 * @throws S3Refusal with S3's own code and message
 */
export function checkPost(form: PostForm, credentials: Credentials, now = Date.now()): CredentialScope {
  const lower = new Map([...form.fields].map(([name, value]) => [name.toLowerCase(), value]));
  const encoded = lower.get("policy");
  if (encoded === undefined) throw denied("Access Denied");
  const scope = parseCredential(lower.get("x-amz-credential") ?? "");
  const signature = lower.get("x-amz-signature") ?? "";
  if (!isForS3(scope) || !isSignedBy(credentials, { scope, stringToSign: encoded, signature })) {
    throw new S3Refusal(
      403,
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided.",
    );
  }
  const { expiration, conditions } = readPolicy(encoded);
  if (Date.parse(expiration) <= now) throw denied("Invalid according to Policy: Policy expired.");
  const values = new Map(lower).set("bucket", form.bucket);
  const covered = new Set(free).add("bucket");
  for (const condition of conditions) {
    for (const name of checkCondition(condition, values, form.size)) covered.add(name);
  }
  const extra = [...lower.keys()].filter((name) => !covered.has(name) && !name.startsWith("x-ignore-"));
  if (extra.length > 0) throw denied(`Invalid according to Policy: Extra input fields: ${extra.join(", ")}`);
  return scope;
}

function readPolicy(encoded: string): z.infer<typeof policySchema> {
  try {
    return policySchema.parse(JSON.parse(Buffer.from(encoded, "base64").toString("utf8")));
  } catch {
    throw new S3Refusal(400, "InvalidPolicyDocument", "The content of the form does not meet the policy's syntax.");
  }
}

/** @returns names of the fields that the condition covers, in lower case */
function checkCondition(condition: Condition, values: ReadonlyMap<string, string>, size: number): string[] {
  if (!Array.isArray(condition)) {
    return Object.entries(condition).map(([name, value]) => requireMatch(values, "eq", [name.toLowerCase(), value]));
  }
  if (condition[0] === "content-length-range") {
    const [, least, most] = condition;
    if (size < least) {
      throw new S3Refusal(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
    }
    if (size > most) {
      throw new S3Refusal(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
    }
    return [];
  }
  const [operator, field, value] = condition;
  return [requireMatch(values, operator, [field.slice(1).toLowerCase(), value])];
}

function requireMatch(
  values: ReadonlyMap<string, string>,
  operator: "eq" | "starts-with",
  [name, value]: readonly [name: string, value: string],
): string {
  const given = values.get(name) ?? "";
  const holds = operator === "eq" ? given === value : given.startsWith(value);
  if (holds) return name;
  const shown = JSON.stringify([operator, `$${name}`, value]);
  throw denied(`Invalid according to Policy: Policy Condition failed: ${shown}`);
}
