/**
 * Event source mappings: what takes messages from a lane and gives them to the queue's function. Pausing a lane is
 * disabling its mapping, so that messages wait without being received.
 *
 * @module
 */

import type { LambdaClient } from "@aws-sdk/client-lambda";
import { physicalName, type ResourceEnv } from "../../../contracts/resources.ts";
import type { JobServices } from "../jobs/services.ts";
import { allLanes, type LaneName } from "../monitoring/lanes.ts";

/** A lane's event source mapping and its state. */
export interface LaneMapping extends LaneName {
  readonly uuid: string;
  readonly paused: boolean;
  readonly maxConcurrency: number | undefined;
}

/** Lambda allows few of these calls a second, and a mapping changes seldom. */
const KEPT_MS = 15_000;
/** Lambda is asked beside the answer, which must not wait for it. */
const TIMEOUT_MS = 2_000;

/** Reads, pauses and resumes event source mappings. */
export interface Mappings {
  /** One ListEventSourceMappings per queue, or what it said in the last 15 seconds. */
  list(): Promise<readonly LaneMapping[]>;
  /** One call for each lane that is not as wanted. @returns the lanes' mappings as they will be */
  setPaused(lanes: readonly Pick<LaneName, "name">[], paused: boolean): Promise<readonly LaneMapping[]>;
}

/** Builds access to the stage's event source mappings. */
export function createMappings(
  services: Pick<JobServices, "catalog" | "now"> & { readonly resources: Pick<ResourceEnv, "SLUICE_STAGE"> },
): Mappings {
  const { catalog, resources, now } = services;
  const lanes = allLanes(catalog);
  let client: Promise<LambdaClient> | undefined;
  let known: { readonly at: number; readonly mappings: Promise<readonly LaneMapping[]> } | undefined;

  const lambda = () => {
    client ??= import("@aws-sdk/client-lambda").then(
      ({ LambdaClient }) =>
        new LambdaClient({
          maxAttempts: 2,
          requestHandler: { connectionTimeout: TIMEOUT_MS, requestTimeout: TIMEOUT_MS },
        }),
    );
    return client;
  };
  const list = () => {
    if (!known || now() - known.at > KEPT_MS) {
      const mappings = listMappings(lambda, lanes, resources.SLUICE_STAGE);
      known = { at: now(), mappings };
      mappings.catch(() => {
        known = undefined;
      });
    }
    return known.mappings;
  };
  return {
    list,
    async setPaused(changed, paused) {
      known = undefined;
      const wanted = (await list()).filter((each) => changed.some(({ name }) => name === each.name));
      const { UpdateEventSourceMappingCommand } = await import("@aws-sdk/client-lambda");
      for (const mapping of wanted.filter((each) => each.paused !== paused)) {
        await (await lambda()).send(new UpdateEventSourceMappingCommand({ UUID: mapping.uuid, Enabled: !paused }));
      }
      known = undefined;
      return wanted.map((mapping) => ({ ...mapping, paused }));
    },
  };
}

async function listMappings(
  lambda: () => Promise<LambdaClient>,
  lanes: readonly LaneName[],
  stage: string,
): Promise<LaneMapping[]> {
  const { paginateListEventSourceMappings } = await import("@aws-sdk/client-lambda");
  const queueNames = [...new Set(lanes.map((lane) => lane.queue))];
  const found = queueNames.map(async (queue) => {
    const mappings: LaneMapping[] = [];
    const pages = paginateListEventSourceMappings(
      { client: await lambda() },
      { FunctionName: physicalName(stage, queue) },
    );
    for await (const { EventSourceMappings = [] } of pages) {
      for (const { UUID, EventSourceArn, State, ScalingConfig } of EventSourceMappings) {
        const lane = lanes.find((each) => EventSourceArn?.endsWith(`:${physicalName(stage, each.name)}`));
        if (!UUID || !lane) continue;
        const paused = State === "Disabled" || State === "Disabling";
        mappings.push({ ...lane, uuid: UUID, paused, maxConcurrency: ScalingConfig?.MaximumConcurrency });
      }
    }
    return mappings;
  });
  return (await Promise.all(found)).flat();
}
