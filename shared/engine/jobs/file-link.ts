import { FILE_LINK_SECONDS } from "../../../contracts/jobs/files.ts";
import { filePath } from "../table/addresses.ts";
import type { JobFile, JobRecord } from "./record.ts";
import type { JobServices } from "./services.ts";

/**
 * A link to a file of a job, which needs no key. No call of AWS.
 * @returns the link, and until when it is good: not beyond the job; milliseconds since the epoch
 */
export async function fileLink(services: JobServices, record: JobRecord, file: JobFile) {
  const [{ GetObjectCommand }, { getSignedUrl }, s3] = await Promise.all([
    import("@aws-sdk/client-s3"),
    import("@aws-sdk/s3-request-presigner"),
    services.s3(),
  ]);
  const now = services.now();
  const leftSeconds = record.ttl - Math.floor(now / 1_000);
  const expiresIn = Math.max(1, Math.min(FILE_LINK_SECONDS, leftSeconds));
  const command = new GetObjectCommand({
    Bucket: services.resources.SLUICE_BUCKET,
    Key: filePath(record.task_id, file.n),
    // A page that a model wrote is never shown as one.
    ResponseContentDisposition: `attachment; filename="${file.n}"`,
    ResponseContentType: file.t,
  });
  return { url: await getSignedUrl(s3, command, { expiresIn }), expiresAt: now + expiresIn * 1_000 };
}
