import { regionOf, type StageTarget } from "./stage.ts";

/**
 * Deletes every object of a bucket, in all its versions.
 * @returns how many objects and versions were deleted
 */
export async function emptyBucket(target: StageTarget, Bucket: string): Promise<number> {
  const { DeleteObjectsCommand, ListObjectVersionsCommand, S3Client } = await import("@aws-sdk/client-s3");
  const client = new S3Client(regionOf(target));
  for (let deleted = 0; ; ) {
    // From the start each time: what is deleted is not listed again.
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return deleted;
    const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    const [first] = Errors;
    if (first !== undefined) throw new Error(`${Errors.length} objects stay, such as ${first.Key}: ${first.Message}`);
    deleted += Objects.length;
  }
}

/**
 * Deletes every index of a vector bucket.
 * @param bucket its ARN
 * @returns how many indexes were deleted
 */
export async function emptyVectorBucket(target: StageTarget, bucket: string): Promise<number> {
  const { DeleteIndexCommand, ListIndexesCommand, S3VectorsClient } = await import("@aws-sdk/client-s3vectors");
  const client = new S3VectorsClient(regionOf(target));
  for (let deleted = 0; ; ) {
    const { indexes = [] } = await client.send(new ListIndexesCommand({ vectorBucketArn: bucket, maxResults: 100 }));
    if (indexes.length === 0) return deleted;
    for (const { indexArn } of indexes) await client.send(new DeleteIndexCommand({ indexArn }));
    deleted += indexes.length;
  }
}
