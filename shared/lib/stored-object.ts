import type { GetObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import { FileUnreadableError } from "../../contracts/errors.ts";
import { awsFailure } from "./http/aws-error.ts";

/**
 * S3 answers 403 for an object that is not there to a role that may not list the bucket, as ours may not. So the two
 * cannot be distinguished, and trying again would help in neither case.
 */
const GONE = new Set(["NoSuchKey", "AccessDenied"]);

/**
 * Reads an object of the stage's bucket.
 * @throws FileUnreadableError when it is gone or the function's role may not read it; anything else S3 throws as it is
 */
export async function getStoredObject(s3: S3Client, bucket: string, key: string): Promise<GetObjectCommandOutput> {
  const { GetObjectCommand } = await import("@aws-sdk/client-s3");
  try {
    return await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  } catch (error) {
    const { name, status } = awsFailure(error);
    if (!GONE.has(name)) throw error;
    throw new FileUnreadableError(
      `${key} is gone or not readable: S3 answered ${status} ${name}. When files that exist are told of here, look at the role's s3:GetObject.`,
      { cause: error },
    );
  }
}
