/**
 * Lambda's API as far as event source mappings go: list, get, enable and disable.
 * https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
 *
 * @module
 */

import { createServer } from "node:http";
import { z } from "zod";
import { listenOnLoopback } from "./endpoint.ts";
import { type GuardOptions, guardServer } from "./guard-server.ts";

/** A mapping of the running template. */
export interface RunningMapping {
  readonly uuid: string;
  readonly functionArn: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly maxConcurrency: number;
  setEnabled(enabled: boolean): void;
}

/** The part of the Lambda API that pauses and resumes event source mappings. */
export interface MappingsApi {
  readonly url: string;
  /** Serves these from now on; a queue that was paused stays so. */
  use(mappings: readonly RunningMapping[]): void;
  /** The function that a mapping feeds. */
  functionOf(uuid: string): string | undefined;
  close(): Promise<void>;
}

const PATH = "/2015-03-31/event-source-mappings";
const updateSchema = z.object({ Enabled: z.boolean() });
const notFound = { status: 404, body: { Type: "User", Message: "The resource you requested does not exist." } };

/** Starts the Lambda API's event source mapping operations on a free port. */
export async function startMappingsApi(guard: GuardOptions): Promise<MappingsApi> {
  let mappings: readonly RunningMapping[] = [];
  const paused = new Set<string>();

  const present = ({ uuid, functionArn, queueArn, batchSize, maxConcurrency }: RunningMapping) => ({
    UUID: uuid,
    FunctionArn: functionArn,
    EventSourceArn: queueArn,
    BatchSize: batchSize,
    ScalingConfig: { MaximumConcurrency: maxConcurrency },
    State: paused.has(queueArn) ? "Disabled" : "Enabled",
  });

  const setEnabled = (mapping: RunningMapping, enabled: boolean) => {
    if (enabled) paused.delete(mapping.queueArn);
    else paused.add(mapping.queueArn);
    mapping.setEnabled(enabled);
  };

  const answer = (method: string, { pathname, searchParams }: URL, body: string) => {
    const path = pathname.replace(/\/$/, "");
    if (method === "GET" && path === PATH) {
      const wanted = searchParams.get("FunctionName");
      const found = mappings.filter(
        ({ functionArn }) => wanted === null || functionArn === wanted || functionArn.endsWith(`:function:${wanted}`),
      );
      return { status: 200, body: { EventSourceMappings: found.map(present) } };
    }
    const mapping = mappings.find(({ uuid }) => path === `${PATH}/${uuid}`);
    if (!mapping || (method !== "GET" && method !== "PUT")) return notFound;
    if (method === "PUT") setEnabled(mapping, updateSchema.parse(JSON.parse(body)).Enabled);
    return { status: method === "PUT" ? 202 : 200, body: present(mapping) };
  };

  const server = createServer(async (request, response) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const url = new URL(request.url ?? "/", "http://127.0.0.1");
      const { status, body } = answer(request.method ?? "GET", url, Buffer.concat(chunks).toString());
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
  });
  guardServer(server, guard);
  const { url, close } = await listenOnLoopback(server);
  return {
    url,
    use(running) {
      mappings = running;
      for (const mapping of running) mapping.setEnabled(!paused.has(mapping.queueArn));
    },
    functionOf: (uuid) => mappings.find((mapping) => mapping.uuid === uuid)?.functionArn,
    close,
  };
}
