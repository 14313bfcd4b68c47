/**
 * The alarms and the dashboard of the deployed stage, as CloudWatch has them.
 *
 * @module
 */

import { CloudFormationClient, DescribeStackResourcesCommand } from "@aws-sdk/client-cloudformation";
import aws4 from "aws4";
import { describe, expect, test } from "vitest";
import { type AlarmKind, alarms, runbookAnchor } from "../../contracts/monitoring/alarms.ts";
import { STAGE } from "./deployment.ts";

const endpoint = process.env.AWS_ENDPOINT_URL ?? "";
const region = "us-east-1";
const credentials = { accessKeyId: "test", secretAccessKey: "test" };

/** Asks CloudWatch, for which the project has no client. @returns XML */
async function ask(action: string, parameters: Readonly<Record<string, string>> = {}): Promise<string> {
  const { host } = new URL(endpoint);
  const body = new URLSearchParams({ Action: action, Version: "2010-08-01", ...parameters }).toString();
  const type = "application/x-www-form-urlencoded";
  const request = { service: "monitoring", region, host, method: "POST", path: "/", body };
  const { headers = {} } = aws4.sign({ ...request, headers: { "Content-Type": type } }, credentials);
  const answer = await fetch(endpoint, { method: "POST", body, headers: headers as Record<string, string> });
  expect(answer.status).toBe(200);
  return await answer.text();
}

const all = (xml: string, tag: string): string[] =>
  [...xml.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, "g"))].map(([, value = ""]) => value);

describe("observability", () => {
  test("every alarm of the stack is there, and the dashboard", async () => {
    const cloudFormation = new CloudFormationClient({ endpoint, region, credentials });
    const { StackResources = [] } = await cloudFormation.send(
      new DescribeStackResourcesCommand({ StackName: `sluice-${STAGE}-observability` }),
    );
    const named = (type: string) =>
      StackResources.filter(({ ResourceType }) => ResourceType === type).map((each) => each.PhysicalResourceId);

    const found = all(
      await ask("DescribeAlarms", { AlarmNamePrefix: `sluice-${STAGE}-`, MaxRecords: "100" }),
      "AlarmName",
    );
    expect(found.toSorted()).toEqual(named("AWS::CloudWatch::Alarm").toSorted());
    const kinds = Object.keys(alarms) as AlarmKind[];
    const missing = kinds.filter((kind) => !found.some((name) => name.endsWith(`-${runbookAnchor(kind)}`)));
    // Its stage publishes no notices.
    expect(missing).toEqual(["notices"]);
    expect(all(await ask("ListDashboards"), "DashboardName")).toEqual([`sluice-${STAGE}-overview`]);
  });
});
