/**
 * What functions ask of AWS, call by call, as it is at the wire: what a job costs can be counted from it.
 *
 * @module
 */

import type { ServerResponse } from "node:http";
import { type AwsRequest, fieldsOf, jsonOf, listOf, operationOf } from "../iam/aws-request.ts";
import { functionOf } from "./credentials.ts";

/** A call of a service. */
export interface AwsCall {
  /** The function that made it; undefined for what the stack does in AWS's place, such as Lambda's polling of queues. */
  readonly caller: string | undefined;
  /** As signatures name it: `dynamodb`, `sqs`, `s3`. */
  readonly service: string;
  /** Such as `PutItem`; for S3, whose requests name none, their method. */
  readonly operation: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Bytes of the request's body. */
  readonly sent: number;
  /** Bytes of the answer's body. */
  readonly received: number;
  /** Capacity units of DynamoDB's tables and their indexes. */
  readonly writeUnits: number;
  readonly readUnits: number;
}

/** Is told of each call when it was answered. */
export type ObserveCall = (call: AwsCall) => void;

const READS = new Set(["GetItem", "BatchGetItem", "Query", "Scan"]);
const HAS_CAPACITY = new Set([...READS, "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"]);

/**
 * Tells of a call once it is answered.
 * @param request signed by `accessKeyId`
 * @returns the body for the service: DynamoDB is asked for its units, too
 */
export function observeCall(
  request: AwsRequest & { readonly accessKeyId: string },
  response: ServerResponse,
  observe: ObserveCall,
): Buffer {
  const operation = operationOf(request) || request.method;
  const hasCapacity = request.service === "dynamodb" && HAS_CAPACITY.has(operation);
  const fields = hasCapacity ? jsonOf(request) : {};
  const asks = hasCapacity && fields.ReturnConsumedCapacity === undefined;
  const answer = bodyOf(response);
  response.once("finish", () => {
    const isCounted = hasCapacity && response.statusCode < 300;
    const { ConsumedCapacity, ...others } = isCounted ? fieldsOf(JSON.parse(answer().toString())) : {};
    const units = unitsOf(ConsumedCapacity);
    observe({
      caller: functionOf(request.accessKeyId),
      service: request.service,
      operation,
      status: response.statusCode,
      sent: request.body.length,
      received: isCounted && asks ? Buffer.byteLength(JSON.stringify(others)) : answer().length,
      writeUnits: READS.has(operation) ? 0 : units,
      readUnits: READS.has(operation) ? units : 0,
    });
  });
  return asks ? Buffer.from(JSON.stringify({ ...fields, ReturnConsumedCapacity: "INDEXES" })) : request.body;
}

/** Keeps what is answered. */
function bodyOf(response: ServerResponse): () => Buffer {
  const chunks: Buffer[] = [];
  for (const name of ["write", "end"] as const) {
    const original = response[name];
    Object.assign(response, {
      [name](...values: unknown[]) {
        const [chunk] = values;
        if (typeof chunk === "string" || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
        return Reflect.apply(original, response, values);
      },
    });
  }
  return () => Buffer.concat(chunks);
}

/** Of one table, or of several. */
function unitsOf(capacity: unknown): number {
  const each = Array.isArray(capacity) ? listOf(capacity) : [capacity];
  return each.reduce<number>((sum, one) => sum + (Number(fieldsOf(one).CapacityUnits) || 0), 0);
}
