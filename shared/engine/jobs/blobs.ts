/**
 * Large inputs, results and files of jobs in S3, seen as a whole: for the cleanup, which no request waits for.
 *
 * @module
 */

import { bucketPrefix } from "../../../contracts/resources.ts";
import { DAY } from "../../lib/time.ts";
import type { JobServices } from "./services.ts";

/** An object that holds a large input or result, or a file that a task has put. */
export interface StoredBlob {
  readonly key: string;
  readonly taskId: string;
  /** Old enough that its job's record must have been written if it ever will be. */
  readonly isSettled: boolean;
}

/** All stored blobs and files, a page of up to 1,000 at a time. */
export async function* listBlobs(services: JobServices): AsyncGenerator<StoredBlob[]> {
  for (const prefix of [bucketPrefix.blobs, bucketPrefix.files]) yield* listPrefix(services, prefix);
}

async function* listPrefix(services: JobServices, prefix: string): AsyncGenerator<StoredBlob[]> {
  const [{ ListObjectsV2Command }, s3] = await Promise.all([import("@aws-sdk/client-s3"), services.s3()]);
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: services.resources.SLUICE_BUCKET,
        Prefix: prefix,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    const settled = services.now() - DAY * 1_000;
    yield (page.Contents ?? []).map(({ Key = "", LastModified }) => ({
      key: Key,
      taskId: Key.slice(prefix.length).split("/")[0] ?? "",
      isSettled: (LastModified?.getTime() ?? 0) < settled,
    }));
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

/** Deletes large inputs, results and files. */
export async function deleteBlobs(services: JobServices, blobs: readonly StoredBlob[]): Promise<void> {
  if (blobs.length === 0) return;
  const [{ DeleteObjectsCommand }, s3] = await Promise.all([import("@aws-sdk/client-s3"), services.s3()]);
  // S3 answers 200 even when it has deleted none of them.
  const { Errors: [first] = [] } = await s3.send(
    new DeleteObjectsCommand({
      Bucket: services.resources.SLUICE_BUCKET,
      Delete: { Objects: blobs.map(({ key }) => ({ Key: key })), Quiet: true },
    }),
  );
  if (first) throw new Error(`S3 did not delete ${first.Key}: ${first.Code} ${first.Message ?? ""}`);
}
