/**
 * Answers for an object that is not there as S3 does to a role without `s3:ListBucket`, as all of the template's are: 403,
 * so that nobody learns which objects there are. The emulator's own 404 would hide what fails on AWS.
 *
 * @module
 */

import type { Emulator } from "../services/emulator.ts";
import { bucketOf } from "./guard.ts";
import { S3Refusal } from "./refusal.ts";

const READS = new Set(["GET", "HEAD"]);

/** Must be called before the emulator listens. */
export function hideMissing({ app }: Pick<Emulator, "app">): void {
  app.addHook("onSend", async (request, reply, payload) => {
    const isObject = bucketOf(request) !== undefined && (request.url.split("?")[0] ?? "").split("/").length > 2;
    if (!READS.has(request.method) || !isObject || reply.statusCode !== 404) return payload;
    reply.status(403).header("content-type", "application/xml").removeHeader("content-length");
    return request.method === "HEAD" ? null : new S3Refusal(403, "AccessDenied", "Access Denied").toXml();
  });
}
