/**
 * What a presigned URL's signature covers.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 *
 * @module
 */

import { type CredentialScope, stringToSign } from "../services/sigv4.ts";

/** A presigned request as it came. */
export interface PresignedParts {
  readonly method: string;
  /** As it was in the request line, encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string;
}

/** The string that was signed when the URL was made. */
export function presignedStringToSign(parts: PresignedParts, scope: CredentialScope): string {
  const { query, header } = parts;
  const signedHeaders = (query.get("X-Amz-SignedHeaders") ?? "").split(";");
  const payloadHash = header("x-amz-content-sha256") || "UNSIGNED-PAYLOAD";
  return stringToSign({ ...parts, signedHeaders, payloadHash, time: query.get("X-Amz-Date") ?? "" }, scope);
}
