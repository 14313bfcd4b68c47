/**
 * What the smallest Celery costs that survives the loss of a zone.
 *
 * @module
 */

import { MONTH_HOURS, prices } from "./prices.ts";

/** One way to run it, in dollars a month. */
export interface CeleryCosts {
  readonly name: string;
  readonly compute: { readonly how: string; readonly amount: number };
  readonly cache: number;
  readonly loadBalancer: number;
  readonly amount: number;
}

/** The smallest container of Fargate. */
const CONTAINER = { cpus: 0.25, gigabytes: 0.5 };
/** One in each zone. */
const ZONES = 2;

/** On instances, and on Fargate. */
export function celeryCosts(): readonly CeleryCosts[] {
  const container = CONTAINER.cpus * prices.fargateCpu.amount + CONTAINER.gigabytes * prices.fargateMemory.amount;
  const ways = [
    { name: "on instances", how: "2 t4g.micro, each with both", hourly: ZONES * prices.smallInstance.amount },
    {
      name: "on Fargate",
      how: `2 + 2 of ${CONTAINER.cpus} vCPU and ${CONTAINER.gigabytes} GB`,
      hourly: 2 * ZONES * container,
    },
  ];
  const cache = ZONES * prices.cacheNode.amount * MONTH_HOURS;
  const loadBalancer = prices.loadBalancer.amount * MONTH_HOURS;
  return ways.map(({ name, how, hourly }) => {
    const compute = { how, amount: hourly * MONTH_HOURS };
    return { name, compute, cache, loadBalancer, amount: compute.amount + cache + loadBalancer };
  });
}
