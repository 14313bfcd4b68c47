/**
 * Lambda's API over HTTP, as far as event source mappings go: list by function, enable and disable.
 *
 * @module
 */

import { z } from "zod";
import { type JsonServer, startJsonServer } from "./json-server.ts";

interface Mapping {
  readonly UUID: string;
  readonly FunctionArn: string;
  readonly EventSourceArn: string;
  readonly ScalingConfig: { readonly MaximumConcurrency: number };
  State: string;
}

export interface LambdaServer extends JsonServer {
  readonly mappings: readonly Mapping[];
}

const updateSchema = z.object({ Enabled: z.boolean() });
const PATH = "/2015-03-31/event-source-mappings";

/** @param lanes function and queue names, with the stage, of each mapping */
export async function startLambdaServer(
  lanes: readonly { readonly functionName: string; readonly queueName: string }[],
): Promise<LambdaServer> {
  const arn = (service: string, name: string) => `arn:aws:${service}:us-east-1:000000000000:${name}`;
  const mappings = lanes.map(({ functionName, queueName }, index) => ({
    UUID: `uuid-${index}`,
    FunctionArn: arn("lambda", `function:${functionName}`),
    EventSourceArn: arn("sqs", queueName),
    ScalingConfig: { MaximumConcurrency: 7 },
    State: "Enabled",
  }));
  const server = await startJsonServer(({ method, path, query, body }) => {
    if (method === "GET") {
      const ofFunction = mappings.filter((each) => each.FunctionArn.endsWith(`:function:${query.get("FunctionName")}`));
      return { status: 200, body: { EventSourceMappings: ofFunction } };
    }
    const mapping = mappings.find((each) => path === `${PATH}/${each.UUID}`);
    if (method !== "PUT" || !mapping) return { status: 404, body: { Message: "There is no such mapping." } };
    mapping.State = updateSchema.parse(body).Enabled ? "Enabling" : "Disabling";
    return { status: 202, body: mapping };
  });
  return { ...server, mappings };
}
