/**
 * Requests that AWS refuses and the emulators would take: code that sends one works here and fails there.
 *
 * @module
 */

import { type AwsRequest, fieldsOf, jsonOf, listOf, textOf } from "../iam/aws-request.ts";
import { equalities, expressionNames } from "../iam/dynamodb-requests.ts";
import type { TableKeys } from "../iam/permissions.ts";

/** A refusal in the words of the service. */
export interface AwsFault {
  readonly code: string;
  readonly message: string;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_DELAY_SECONDS = 900;
const MAX_VISIBILITY_SECONDS = 12 * 3_600;
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_EXPRESSION_BYTES = 4_096;

/** As the emulator makes them. */
const RECEIPT_HANDLE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const exceeds = (value: unknown, most: number): value is number =>
  typeof value === "number" && !(value >= 0 && value <= most);

const outOfRange = (name: string, value: number, most: number): AwsFault => ({
  code: "InvalidParameterValue",
  message: `Value ${value} for parameter ${name} is invalid. Reason: Must be between 0 and ${most}, if provided.`,
});

function faultOfSqs(request: AwsRequest): AwsFault | undefined {
  const single = jsonOf(request);
  for (const { DelaySeconds, VisibilityTimeout, ReceiptHandle } of [single, ...listOf(single.Entries).map(fieldsOf)]) {
    if (exceeds(DelaySeconds, MAX_DELAY_SECONDS)) return outOfRange("DelaySeconds", DelaySeconds, MAX_DELAY_SECONDS);
    if (exceeds(VisibilityTimeout, MAX_VISIBILITY_SECONDS))
      return outOfRange("VisibilityTimeout", VisibilityTimeout, MAX_VISIBILITY_SECONDS);
    const handle = textOf(ReceiptHandle);
    if (handle !== undefined && !RECEIPT_HANDLE.test(handle)) {
      const message = `The input receipt handle "${handle.slice(0, 100)}" is not a valid receipt handle.`;
      return { code: "ReceiptHandleIsInvalid", message };
    }
  }
  return undefined;
}

function faultOfDynamoDb(aws: AwsRequest, tables: Readonly<Record<string, TableKeys>>): AwsFault | undefined {
  const request = jsonOf(aws);
  for (const name of expressionNames) {
    const bytes = Buffer.byteLength(textOf(request[name]) ?? "");
    if (bytes <= MAX_EXPRESSION_BYTES) continue;
    const message = `Invalid ${name}: Expression size has exceeded the maximum allowed size; expression size: ${bytes}`;
    return { code: "ValidationException", message };
  }
  const indexed = Object.values(tables[textOf(request.TableName) ?? ""]?.indexes ?? {});
  const written = [...Object.entries(fieldsOf(request.Item)), ...equalities(request, "UpdateExpression")];
  const empty = written.find(([name, value]) => indexed.includes(name) && fieldsOf(value).S === "");
  if (!empty) return undefined;
  const message = `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexKey: ${empty[0]}`;
  return { code: "ValidationException", message };
}

/** What is wrong with a request to SQS or DynamoDB that AWS would refuse and the emulator would take. */
export function awsFault(request: AwsRequest, tables: Readonly<Record<string, TableKeys>>): AwsFault | undefined {
  try {
    if (request.service === "sqs") return faultOfSqs(request);
    if (request.service === "dynamodb") return faultOfDynamoDb(request, tables);
  } catch {
    // What cannot be read at all, the emulator refuses in its own words.
  }
  return undefined;
}
