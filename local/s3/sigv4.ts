/**
 * Signature Version 4, as far as presigned requests to S3 use it.
 *
 * @module
 */

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { credentials } from "../lambda/environment.ts";

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** Where and when a signature was made: `<access key>/<date>/<region>/s3/aws4_request`. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
}

/** @returns undefined when it is no credential for S3 */
export function parseCredential(credential: string): CredentialScope | undefined {
  const match = /^([^/]+)\/(\d{8})\/([\w-]+)\/s3\/aws4_request$/.exec(credential);
  const [, accessKeyId, date, region] = match ?? [];
  if (accessKeyId === undefined || date === undefined || region === undefined) return undefined;
  return { accessKeyId, date, region };
}

/** True when the signature is the one our credentials give. */
export function isSignedBy(scope: CredentialScope, stringToSign: string, signature: string): boolean {
  if (scope.accessKeyId !== credentials.accessKeyId) return false;
  const dateKey = hmac(`AWS4${credentials.secretAccessKey}`, scope.date);
  const key = hmac(hmac(hmac(dateKey, scope.region), "s3"), "aws4_request");
  const expected = hmac(key, stringToSign);
  const given = Buffer.from(signature, "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** `20261121T130000Z` in milliseconds since the epoch. */
export function parseAmzDate(text: string): number {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text) ?? [];
  return Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** The parts of a presigned URL that are signed. */
export interface PresignedParts {
  readonly method: string;
  /** As it stood in the request line, encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string;
}

/**
 * What a presigned URL's signature covers.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function presignedStringToSign({ method, path, query, header }: PresignedParts, scope: CredentialScope): string {
  const pairs = [...query]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const signed = (query.get("X-Amz-SignedHeaders") ?? "").split(";");
  const canonical = [
    method,
    path
      .split("/")
      .map((part) => encode(decodeURIComponent(part)))
      .join("/"),
    pairs.join("&"),
    ...signed.map((name) => `${name}:${header(name).trim()}`),
    "",
    signed.join(";"),
    header("x-amz-content-sha256") || "UNSIGNED-PAYLOAD",
  ].join("\n");
  const digest = createHash("sha256").update(canonical).digest("hex");
  const where = `${scope.date}/${scope.region}/s3/aws4_request`;
  return ["AWS4-HMAC-SHA256", query.get("X-Amz-Date") ?? "", where, digest].join("\n");
}
