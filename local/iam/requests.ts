/**
 * What a request to an emulated service asks for, in the words of IAM: actions, resources and the keys of conditions.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 *
 * @module
 */

import { type AwsRequest, jsonOf, type KnownResources, operationOf, textOf } from "./aws-request.ts";
import { askedOfDynamoDb } from "./dynamodb-requests.ts";
import { askedOfS3 } from "./s3-requests.ts";
import type { Asked } from "./statements.ts";

type Read = (request: AwsRequest, known: KnownResources) => readonly Asked[];

const arn = ({ region, account }: AwsRequest, service: string, rest: string): string =>
  `arn:aws:${service}:${region}:${account}:${rest}`;

/** Batches need the permission of the single call. */
const askedOfSqs: Read = (request) => {
  const url = textOf(jsonOf(request).QueueUrl);
  const action = `sqs:${operationOf(request).replace(/Batch$/, "")}`;
  const resource = url === undefined ? "*" : arn(request, "sqs", url.slice(url.lastIndexOf("/") + 1));
  return [{ action, resource, context: {} }];
};

const askedOfSns: Read = ({ body }) => {
  const form = new URLSearchParams(body.toString());
  return [
    { action: `sns:${form.get("Action")?.replace(/Batch$/, "")}`, resource: form.get("TopicArn") ?? "*", context: {} },
  ];
};

const askedOfSsm: Read = (request) => {
  const { Name, Path } = jsonOf(request);
  const name = textOf(Name) ?? textOf(Path) ?? "*";
  const resource = name.startsWith("arn:") ? name : arn(request, "ssm", `parameter/${name.replace(/^\//, "")}`);
  return [{ action: `ssm:${operationOf(request)}`, resource, context: {} }];
};

const askedOfSecrets: Read = (request) => {
  const id = textOf(jsonOf(request).SecretId) ?? "*";
  // Secrets Manager adds a hyphen and six characters to a secret's name.
  const resource = id.startsWith("arn:") ? id : arn(request, "secretsmanager", `secret:${id}-local0`);
  return [{ action: `secretsmanager:${operationOf(request)}`, resource, context: {} }];
};

const askedOfKms: Read = (request) => [
  { action: `kms:${operationOf(request)}`, resource: textOf(jsonOf(request).KeyId) ?? "*", context: {} },
];

const MAPPINGS = /^\/2015-03-31\/event-source-mappings\/?([\w-]*)\/?$/;

const askedOfLambda: Read = (request, { mappedFunction }) => {
  const { method, url } = request;
  const [, uuid = ""] = MAPPINGS.exec(url.split("?")[0] ?? "") ?? [];
  if (uuid === "") return [{ action: "lambda:ListEventSourceMappings", resource: "*", context: {} }];
  const fed = mappedFunction(uuid);
  return [
    {
      action: method === "GET" ? "lambda:GetEventSourceMapping" : "lambda:UpdateEventSourceMapping",
      resource: arn(request, "lambda", `event-source-mapping:${uuid}`),
      context: fed === undefined ? {} : { "lambda:FunctionArn": [fed] },
    },
  ];
};

const readers: Readonly<Record<string, Read>> = {
  dynamodb: askedOfDynamoDb,
  sqs: askedOfSqs,
  s3: askedOfS3,
  sns: askedOfSns,
  ssm: askedOfSsm,
  secretsmanager: askedOfSecrets,
  kms: askedOfKms,
  lambda: askedOfLambda,
};

/** What a request asks for. @returns undefined when it cannot be read, or its service is not known: it is to be refused */
export function readAsked(request: AwsRequest, known: KnownResources): readonly Asked[] | undefined {
  try {
    return readers[request.service]?.(request, known);
  } catch {
    return undefined;
  }
}
