/**
 * Qdrant knows points by number or UUID, so a point's UUID is made from its tenant and id.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { PointKey } from "../driver.ts";

/** Namespace of our names: a UUID picked once. Changing it would lose every stored point. */
const NAMESPACE = Buffer.from("5e1c0f5aa8d94f0b9f6d6f3b1a7c2e84", "hex");

/** A name-based UUID, version 5 (RFC 9562, section 5.5). */
export function pointId({ tenant, id }: PointKey): string {
  const hash = createHash("sha1").update(NAMESPACE).update(`${tenant}/${id}`).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
