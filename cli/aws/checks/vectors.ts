import { physicalName } from "../../../contracts/resources.ts";
import { type Check, fail, ok } from "../../doctor/check.ts";
import type { PlannedStage } from "../planned-stage.ts";
import { findStack } from "../stacks.ts";
import { regionOf, type StageTarget, stackName } from "../stage.ts";
import { nameOf, unanswered } from "./unanswered.ts";

/** Whether the region has S3 Vectors, when the stage keeps its vectors there, and no bucket of an earlier stage is in the way. */
export async function checkVectors({ target, settings }: PlannedStage): Promise<Check[]> {
  if (settings.VECTOR_STORE === "none") return [ok("vectors", "none, and no searches")];
  if (settings.VECTOR_STORE !== "s3vectors") return [ok("vectors", `kept in ${settings.VECTOR_STORE}`)];
  const { ListVectorBucketsCommand, S3VectorsClient } = await import("@aws-sdk/client-s3vectors");
  const client = new S3VectorsClient({ ...regionOf(target), maxAttempts: 1 });
  const region = await client.config.region();
  try {
    const name = physicalName(target.stage, "vectors");
    const { vectorBuckets = [] } = await client.send(new ListVectorBucketsCommand({ maxResults: 10, prefix: name }));
    const isThere = vectorBuckets.some((bucket) => bucket.vectorBucketName === name);
    // A bucket that VECTOR_BUCKET names is not the stage's to make.
    if (isThere && settings.VECTOR_BUCKET === undefined && !(await hasStorage(target))) {
      const advice =
        "CloudFormation cannot make another of this name: import it with the tables (docs/deployment.md), or delete it with its indexes.";
      return [fail("vectors", `the vector bucket ${name} of an earlier stage is there`, advice)];
    }
    return [ok("vectors", `${region} has S3 Vectors`)];
  } catch (error) {
    // A region without the service has no such host name.
    if (!/ENOTFOUND|UnknownEndpoint/.test(`${nameOf(error)} ${codeOf(error)}`)) return [unanswered("vectors", error)];
    const advice =
      "Deploy to a region that has it, or set VECTOR_STORE=qdrant with QDRANT_URL, or VECTOR_STORE=none for a stage without searches.";
    return [fail("vectors", `${region} has no S3 Vectors`, advice)];
  }
}

const hasStorage = async (target: StageTarget): Promise<boolean> =>
  (await findStack(target, stackName(target, "storage"))) !== undefined;

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
