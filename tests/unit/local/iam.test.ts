import { describe, expect, it } from "vitest";
import type { AwsRequest } from "../../../local/iam/aws-request.ts";
import { readAsked } from "../../../local/iam/requests.ts";
import { type Asked, decide, policySchema } from "../../../local/iam/statements.ts";

const statements = (...Statement: readonly Record<string, unknown>[]) => policySchema.parse({ Statement }).Statement;
const allow = (Action: string | string[], Resource: string | string[], Condition?: Record<string, unknown>) => ({
  ...{ Effect: "Allow", Action, Resource },
  ...(Condition && { Condition }),
});
const asked = (action: string, resource: string, context: Asked["context"] = {}): Asked => ({
  action,
  resource,
  context,
});

describe("a policy", () => {
  it.each<[string, ReturnType<typeof statements>, Asked, string]>([
    [
      "allows what it names",
      statements(allow("s3:GetObject", "arn:aws:s3:::b/docs/*")),
      asked("s3:GetObject", "arn:aws:s3:::b/docs/1"),
      "allowed",
    ],
    [
      "has nothing on another action",
      statements(allow("s3:GetObject", "*")),
      asked("s3:PutObject", "arn:aws:s3:::b/1"),
      "unmentioned",
    ],
    [
      "has nothing on another resource",
      statements(allow("s3:*", "arn:aws:s3:::b/docs/*")),
      asked("s3:GetObject", "arn:aws:s3:::b/texts/1"),
      "unmentioned",
    ],
    ["takes actions in any case", statements(allow("SQS:sendmessage", "*")), asked("sqs:SendMessage", "q"), "allowed"],
    ["takes ? for one character", statements(allow("s3:*", "x-??")), asked("s3:GetObject", "x-1"), "unmentioned"],
    [
      "does not take a dot for any character",
      statements(allow("s3:*", "a.b")),
      asked("s3:GetObject", "aXb"),
      "unmentioned",
    ],
    [
      "denies in spite of an Allow, wherever it stands",
      statements(allow("*", "*"), { Effect: "Deny", Action: "sqs:PurgeQueue", Resource: "*" }),
      asked("sqs:PurgeQueue", "q"),
      "denied",
    ],
  ])("%s", (_what, policy, request, decision) => {
    expect(decide(policy, request)).toBe(decision);
  });

  const keys = (...values: string[]) => asked("dynamodb:GetItem", "t", { "dynamodb:LeadingKeys": values });
  it.each<[string, Record<string, unknown>, Asked, string]>([
    [
      "all values fit",
      { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["A#*"] } },
      keys("A#1", "A#2"),
      "allowed",
    ],
    [
      "one does not fit",
      { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["A#*"] } },
      keys("A#1", "B#2"),
      "unmentioned",
    ],
    [
      "there are no values",
      { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["A#*"] } },
      asked("dynamodb:GetItem", "t"),
      "allowed",
    ],
    [
      "any value fits",
      { "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": ["A#*"] } },
      keys("B#1", "A#2"),
      "allowed",
    ],
    [
      "none is there for any",
      { "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": ["A#*"] } },
      asked("dynamodb:GetItem", "t"),
      "unmentioned",
    ],
    [
      "a key is not there",
      { StringEquals: { "dynamodb:ReturnValues": "NONE" } },
      asked("dynamodb:GetItem", "t"),
      "unmentioned",
    ],
    [
      "a key need not be there",
      { StringEqualsIfExists: { "dynamodb:ReturnValues": "NONE" } },
      asked("dynamodb:GetItem", "t"),
      "allowed",
    ],
  ])("with a condition, when %s", (_what, condition, request, decision) => {
    expect(decide(statements(allow("dynamodb:*", "*", condition)), request)).toBe(decision);
  });

  it.each<[string, Record<string, unknown>]>([
    ["NotAction", { Effect: "Allow", NotAction: "s3:*", Resource: "*" }],
    ["a condition that is not known", allow("*", "*", { DateLessThan: { "aws:CurrentTime": "2030-01-01" } })],
  ])("is refused when it holds %s", (_what, statement) => {
    expect(policySchema.safeParse({ Statement: [statement] }).success).toBe(false);
  });
});

describe("a request", () => {
  const tables = { jobs: { partitionKey: "pk", indexes: { list: "list_pk" } } };
  const read = (request: Partial<Omit<AwsRequest, "body">> & { readonly body?: unknown }) => {
    const { body = {}, ...rest } = request;
    const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    const whole = { service: "dynamodb", region: "us-east-1", account: "1", method: "POST", url: "/", target: "" };
    return readAsked(
      { ...whole, contentType: "", ...rest, body: bytes },
      { tables, mappedFunction: (uuid) => (uuid === "known" ? "arn:f" : undefined) },
    )?.map(({ action, resource, context }) => [action, resource, context["dynamodb:LeadingKeys"] ?? null]);
  };
  const table = "arn:aws:dynamodb:us-east-1:1:table/jobs";
  const dynamo = (operation: string, body: unknown) => ({ target: `DynamoDB_20120810.${operation}`, body });

  it.each<[string, Parameters<typeof read>[0], unknown]>([
    [
      "an item, by its partition",
      dynamo("GetItem", { TableName: "jobs", Key: { pk: { S: "J#1" }, sk: { S: "x" } } }),
      [["dynamodb:GetItem", table, ["J#1"]]],
    ],
    [
      "a query of an index, by the index's partition",
      dynamo("Query", {
        TableName: "jobs",
        IndexName: "list",
        KeyConditionExpression: "#p = :p AND #s < :s",
        ExpressionAttributeNames: { "#p": "list_pk", "#s": "list_sk" },
        ExpressionAttributeValues: { ":p": { S: "P#acme" }, ":s": { S: "9" } },
      }),
      [["dynamodb:Query", `${table}/index/list`, ["P#acme"]]],
    ],
    [
      "many items of a table",
      dynamo("BatchGetItem", { RequestItems: { jobs: { Keys: [{ pk: { S: "A" } }, { pk: { S: "B" } }] } } }),
      [["dynamodb:BatchGetItem", table, ["A", "B"]]],
    ],
    [
      "a batch of messages as a single one",
      { service: "sqs", target: "AmazonSQS.SendMessageBatch", body: { QueueUrl: "http://127.0.0.1:1/1/work-high" } },
      [["sqs:SendMessage", "arn:aws:sqs:us-east-1:1:work-high", null]],
    ],
    [
      "an object",
      { service: "s3", method: "GET", url: "/files/docs/a%20b?x=1" },
      [["s3:GetObject", "arn:aws:s3:::files/docs/a b", null]],
    ],
    [
      "a part of an upload",
      { service: "s3", method: "PUT", url: "/files/a?uploadId=1&partNumber=1" },
      [["s3:PutObject", "arn:aws:s3:::files/a", null]],
    ],
    [
      "objects that are deleted together, each",
      {
        service: "s3",
        url: "/files?delete",
        body: "<Delete><Object><Key>a</Key></Object><Object><Key>b&amp;c</Key></Object></Delete>",
      },
      [
        ["s3:DeleteObject", "arn:aws:s3:::files/a", null],
        ["s3:DeleteObject", "arn:aws:s3:::files/b&c", null],
      ],
    ],
    [
      "a parameter",
      { service: "ssm", target: "AmazonSSM.GetParameter", body: { Name: "/a/b" } },
      [["ssm:GetParameter", "arn:aws:ssm:us-east-1:1:parameter/a/b", null]],
    ],
    ["notices", { service: "sns", body: "Action=PublishBatch&TopicArn=arn:t" }, [["sns:Publish", "arn:t", null]]],
    [
      "a mapping",
      { service: "lambda", method: "PUT", url: "/2015-03-31/event-source-mappings/known" },
      [["lambda:UpdateEventSourceMapping", "arn:aws:lambda:us-east-1:1:event-source-mapping:known", null]],
    ],
    ["what cannot be read, is refused", { service: "sqs", target: "AmazonSQS.SendMessage", body: "{" }, undefined],
    ["another service, is refused", { service: "ec2" }, undefined],
  ])("for %s", (_what, request, expected) => {
    expect(read(request)).toEqual(expected);
  });

  it("names the attributes that an update touches, those of its condition too", () => {
    const body = Buffer.from(
      JSON.stringify({
        TableName: "jobs",
        Key: { pk: { S: "K" } },
        UpdateExpression: "SET #u = :now, plain = if_not_exists(other, :x)",
        ConditionExpression: "attribute_exists(pk) AND #u < :before",
        ExpressionAttributeNames: { "#u": "last_used" },
        ExpressionAttributeValues: {},
      }),
    );
    const [only] =
      readAsked(
        {
          service: "dynamodb",
          region: "r",
          account: "1",
          method: "POST",
          url: "/",
          target: "X.UpdateItem",
          contentType: "",
          body,
        },
        { tables, mappedFunction: () => undefined },
      ) ?? [];
    expect([...new Set(only?.context["dynamodb:Attributes"])].sort()).toEqual(["last_used", "other", "pk", "plain"]);
  });
});
