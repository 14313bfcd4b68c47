/**
 * What an earlier stage of the same name has left in the account: its data, which a new stage would begin without, and what has
 * a name that CloudFormation could not give a second time. Keys of KMS have no names, so none of them is in the way.
 *
 * @module
 */

import { physicalName } from "../../../contracts/resources.ts";
import { type Check, fail, warn } from "../../doctor/check.ts";
import { regionOf, type StageTarget, stackName, stackNames } from "../stage.ts";
import { unanswered } from "./unanswered.ts";

/** Names that are shown. */
const SHOWN = 10;

/** Whether tables and buckets are left whose stack was deleted. Asked for when the stage has no storage. */
export async function checkKeptData(target: StageTarget): Promise<Check[]> {
  return [
    ...(await found("kept data", "tables", () => keptTables(target))),
    ...(await found("kept data", "buckets", () => keptBuckets(target))),
  ];
}

async function found(name: string, what: string, list: () => Promise<readonly string[]>): Promise<Check[]> {
  try {
    const kept = await list();
    if (kept.length === 0) return [];
    const detail = `there are ${what} of an earlier stage: ${kept.slice(0, SHOWN).join(", ")}`;
    const advice = "The stage would begin with new, empty ones. docs/deployment.md says how to import them.";
    return [warn(name, detail, advice)];
  } catch (error) {
    return [unanswered(`${name} (${what})`, error)];
  }
}

/** Whether log groups are left that the functions and the API of a first deployment have by name. */
export async function checkLogGroups(target: StageTarget): Promise<Check[]> {
  try {
    const groups = await logGroups(target);
    if (groups.length === 0) return [];
    const detail = `log groups of an earlier stage are there: ${groups.slice(0, SHOWN).join(", ")}`;
    const advice =
      "CloudFormation cannot make others of these names. Keep what you need of them, then: aws logs delete-log-group --log-group-name NAME";
    return [fail("log groups", detail, advice)];
  } catch (error) {
    return [unanswered("log groups", error)];
  }
}

/** Tables whose stack was deleted: their names begin with its name. */
async function keptTables(target: StageTarget): Promise<string[]> {
  const { DynamoDBClient, ListTablesCommand } = await import("@aws-sdk/client-dynamodb");
  const prefix = `${stackName(target, "storage")}-`;
  const client = new DynamoDBClient(regionOf(target));
  // Names are listed in order, so those with the prefix follow the prefix itself.
  const { TableNames = [] } = await client.send(
    new ListTablesCommand({ ExclusiveStartTableName: prefix, Limit: SHOWN }),
  );
  return TableNames.filter((name) => name.startsWith(prefix));
}

/** Buckets whose stack was deleted, as with tables; those of other regions belong to other stages. */
async function keptBuckets(target: StageTarget): Promise<string[]> {
  const { ListBucketsCommand, S3Client } = await import("@aws-sdk/client-s3");
  const prefix = `${stackName(target, "storage")}-`;
  const client = new S3Client(regionOf(target));
  const region = await client.config.region();
  const { Buckets = [] } = await client.send(
    new ListBucketsCommand({ Prefix: prefix, BucketRegion: region, MaxBuckets: SHOWN }),
  );
  return Buckets.flatMap(({ Name = "", BucketRegion = region }) =>
    Name.startsWith(prefix) && BucketRegion === region ? [Name] : [],
  );
}

async function logGroups(target: StageTarget): Promise<string[]> {
  const { CloudWatchLogsClient, paginateDescribeLogGroups } = await import("@aws-sdk/client-cloudwatch-logs");
  const client = new CloudWatchLogsClient(regionOf(target));
  const names: string[] = [];
  for (const service of ["lambda", "apigateway"]) {
    const prefix = `/aws/${service}/${physicalName(target.stage, "")}`;
    for await (const { logGroups: page = [] } of paginateDescribeLogGroups(
      { client },
      { logGroupNamePrefix: prefix },
    )) {
      names.push(...page.flatMap(({ logGroupName }) => logGroupName ?? []));
    }
  }
  // The CDK's own functions are named after their stack by CloudFormation, a new name each time.
  const generated = stackNames.map((stack) => `/aws/lambda/${stackName(target, stack)}-`);
  return names.filter((name) => !generated.some((prefix) => name.startsWith(prefix)));
}
