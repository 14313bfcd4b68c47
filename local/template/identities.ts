/**
 * What `Ref` and `Fn::GetAtt` give for each resource type; known before anything is created, so order never matters.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Json } from "./values.ts";

/** Where the stack runs. */
export interface Place {
  readonly region: string;
  readonly account: string;
  /** Base URL of SQS, without a trailing slash. */
  readonly sqsUrl: string;
  /** Base URL of the HTTP API. */
  readonly apiUrl: string;
}

/** The physical name and the attributes of a resource. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, Json>>;
}

/** A resource with its logical id. */
export interface Named {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** A property that should be a string, resolved; undefined when the template leaves it out. */
  property(name: string): string | undefined;
}

type Identify = (resource: Named, place: Place) => Identity;

/** The name CloudFormation would make up, without its random tail: names here need not be unique in the world. */
const generated = ({ stack, logicalId }: Named, longest: number): string => {
  const name = `${stack}-${logicalId}`;
  if (name.length <= longest) return name;
  return `${name.slice(0, longest - 9)}-${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
};

const shortId = ({ stack, logicalId }: Named): string =>
  BigInt(`0x${createHash("sha256").update(`${stack}/${logicalId}`).digest("hex")}`)
    .toString(36)
    .slice(0, 10);

const arn = (service: string, { region, account }: Place, rest: string): string =>
  `arn:aws:${service}:${region}:${account}:${rest}`;

const table: Identify = (resource, place) => {
  const name = resource.property("TableName") ?? generated(resource, 255);
  return { ref: name, attributes: { Arn: arn("dynamodb", place, `table/${name}`), TableId: shortId(resource) } };
};

const byId =
  (attribute: string): Identify =>
  (resource) => {
    const id = shortId(resource);
    return { ref: id, attributes: { [attribute]: id } };
  };

const types: Record<string, Identify> = {
  "AWS::SQS::Queue": (resource, place) => {
    const name = resource.property("QueueName") ?? generated(resource, 80);
    const url = `${place.sqsUrl}/${place.account}/${name}`;
    return { ref: url, attributes: { Arn: arn("sqs", place, name), QueueName: name, QueueUrl: url } };
  },
  "AWS::SNS::Topic": (resource, place) => {
    const name = resource.property("TopicName") ?? generated(resource, 256);
    const ref = arn("sns", place, name);
    return { ref, attributes: { TopicArn: ref, TopicName: name } };
  },
  "AWS::DynamoDB::Table": table,
  "AWS::DynamoDB::GlobalTable": table,
  "AWS::S3::Bucket": (resource, place) => {
    const name = resource.property("BucketName") ?? generated(resource, 63).toLowerCase();
    const domain = `${name}.s3.amazonaws.com`;
    const regional = `${name}.s3.${place.region}.amazonaws.com`;
    return { ref: name, attributes: { Arn: `arn:aws:s3:::${name}`, DomainName: domain, RegionalDomainName: regional } };
  },
  "AWS::Lambda::Function": (resource, place) => {
    const name = resource.property("FunctionName") ?? generated(resource, 64);
    return { ref: name, attributes: { Arn: arn("lambda", place, `function:${name}`) } };
  },
  "AWS::Lambda::EventSourceMapping": byId("Id"),
  "AWS::ApiGatewayV2::Api": (resource, place) => {
    const id = shortId(resource);
    return { ref: id, attributes: { ApiId: id, ApiEndpoint: place.apiUrl } };
  },
  "AWS::ApiGatewayV2::Integration": byId("IntegrationId"),
  "AWS::ApiGatewayV2::Route": byId("RouteId"),
  "AWS::ApiGatewayV2::Authorizer": byId("AuthorizerId"),
  "AWS::ApiGatewayV2::Stage": (resource) => ({ ref: resource.property("StageName") ?? "$default", attributes: {} }),
  "AWS::SecretsManager::Secret": (resource, place) => {
    const ref = arn("secretsmanager", place, `secret:${resource.property("Name") ?? generated(resource, 128)}`);
    return { ref, attributes: { Id: ref } };
  },
  "AWS::Logs::LogGroup": (resource, place) => {
    const name = resource.property("LogGroupName") ?? generated(resource, 512);
    return { ref: name, attributes: { Arn: arn("logs", place, `log-group:${name}:*`) } };
  },
  "AWS::IAM::Role": (resource, place) => {
    const name = resource.property("RoleName") ?? generated(resource, 64);
    return { ref: name, attributes: { Arn: `arn:aws:iam::${place.account}:role/${name}`, RoleId: shortId(resource) } };
  },
};

/** A type that nothing here runs still has a name and an ARN. */
const generic: Identify = (resource, place) => {
  const name = resource.property("Name") ?? generated(resource, 128);
  const service = resource.type.split("::")[1]?.toLowerCase() ?? "custom";
  return { ref: name, attributes: { Arn: arn(service, place, name) } };
};

/** Gives a resource its physical name and attributes, by its type. */
export const identify: Identify = (resource, place) => (types[resource.type] ?? generic)(resource, place);
