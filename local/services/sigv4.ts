/**
 * Signature Version 4 as AWS's services check it, for requests that carry it in their `Authorization` header.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @module
 */

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { type Credentials, secretOf } from "./credentials.ts";

/** Where and when a signature was made: `<access key>/<date>/<region>/<service>/aws4_request`. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** @returns undefined when it is not a credential */
export function parseCredential(credential: string): CredentialScope | undefined {
  const match = /^([^/]+)\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request$/.exec(credential);
  const [, accessKeyId, date, region, service] = match ?? [];
  if (accessKeyId === undefined || date === undefined || region === undefined || service === undefined)
    return undefined;
  return { accessKeyId, date, region, service };
}

/** True for a signature that was made for S3. */
export const isForS3 = (scope: CredentialScope | undefined): scope is CredentialScope => scope?.service === "s3";

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");

/** A signature and what it was made of. */
export interface Signed {
  readonly scope: CredentialScope;
  readonly stringToSign: string;
  /** In hexadecimal. */
  readonly signature: string;
}

/** By secret and scope: they stay the same for a day. */
const signingKeys = new Map<string, Buffer>();
/** One for each function and service that it calls. */
const MOST_SIGNING_KEYS = 1_000;

function signingKey(secret: string, { date, region, service }: CredentialScope): Buffer {
  const place = `${secret}/${date}/${region}/${service}`;
  let key = signingKeys.get(place);
  if (!key) {
    key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), "aws4_request");
    if (signingKeys.size >= MOST_SIGNING_KEYS) signingKeys.clear();
    signingKeys.set(place, key);
  }
  return key;
}

/** True when the signature is the one that the stack's key gives, or that of one of its functions. */
export function isSignedBy(credentials: Credentials, { scope, stringToSign, signature }: Signed): boolean {
  const secret = secretOf(credentials, scope.accessKeyId);
  if (secret === undefined) return false;
  const expected = hmac(signingKey(secret, scope), stringToSign);
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

/** What a signature covers. */
export interface CanonicalParts {
  readonly method: string;
  /** As it was in the request line, encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string;
  /** Names in lower case, in their order. */
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
  /** `X-Amz-Date` of the request. */
  readonly time: string;
}

/** The string that is signed for a request. S3 signs paths as they are, every other service encodes them again. */
export function stringToSign(parts: CanonicalParts, scope: CredentialScope): string {
  const pairs = [...parts.query]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const path = parts.path.split("/");
  const canonical = [
    parts.method,
    path.map((part) => encode(scope.service === "s3" ? decodeURIComponent(part) : part)).join("/"),
    pairs.join("&"),
    ...parts.signedHeaders.map((name) => `${name}:${parts.header(name).trim().replaceAll(/ +/g, " ")}`),
    "",
    parts.signedHeaders.join(";"),
    parts.payloadHash,
  ].join("\n");
  const where = `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
  return ["AWS4-HMAC-SHA256", parts.time, where, sha256(canonical)].join("\n");
}

/** Whose signature a header carries, whether it is right or not. */
export const scopeOf = (authorization: string): CredentialScope | undefined =>
  parseCredential(AUTHORIZATION.exec(authorization)?.[1] ?? "");

/** A request with its whole body. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  readonly header: (name: string) => string;
  readonly body: Buffer;
}

/** AWS refuses a request that is older or newer. */
const MAX_SKEW_MS = 15 * 60_000;
const AUTHORIZATION = /^AWS4-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;

/**
 * Checks the signature in a request's `Authorization` header, and that the body is the one that was signed.
 * @returns what is wrong with it; undefined when nothing is
 */
export function signatureFault(request: SignedRequest, credentials: Credentials, now = Date.now()): string | undefined {
  const { method, url, header, body } = request;
  const [, credential = "", names = "", signature = ""] = AUTHORIZATION.exec(header("authorization")) ?? [];
  const scope = parseCredential(credential);
  if (!scope) return "The request has no signature of AWS's Signature Version 4.";
  const time = header("x-amz-date");
  if (!(Math.abs(parseAmzDate(time) - now) <= MAX_SKEW_MS)) return "The request's signature has expired.";
  const [path = "", search = ""] = url.split("?");
  const signedHeaders = names.split(";");
  // Unsigned, they could be exchanged.
  if (!signedHeaders.includes("host")) return "The signature does not cover the host.";
  const payloadHash = header("x-amz-content-sha256") || sha256(body);
  const parts = { method, path, query: new URLSearchParams(search), header, signedHeaders, payloadHash, time };
  if (!isSignedBy(credentials, { scope, stringToSign: stringToSign(parts, scope), signature })) {
    return "The request signature we calculated does not match the signature you provided.";
  }
  const isHash = /^[0-9a-f]{64}$/.test(payloadHash);
  if (isHash && payloadHash !== sha256(body)) return "The body is not the one that was signed.";
  if (!isHash && scope.service !== "s3") return "Only S3 takes bodies that are not signed.";
  return undefined;
}
