/**
 * Makes the n-th AWS call of one invocation go wrong, and only that invocation's: others run beside it undisturbed.
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { table } from "../../contracts/resources.ts";
import { shardOf } from "../../shared/engine/table/addresses.ts";
import type { Engine } from "./engine.ts";

/** What can happen to a call. */
export const faultModes = {
  unsent: "fails before it reaches the service",
  unanswered: "reaches the service and then fails",
  repeated: "loses its answer, so that the client repeats it",
  outage: "fails before it reaches the service, and so does every later one",
  "death before": "is never made, because the process dies",
  "death after": "is the last thing that the process does",
} as const;
export type FaultMode = keyof typeof faultModes;
export const modes = Object.keys(faultModes) as FaultMode[];

export interface Plan {
  /** Counted from 1. */
  readonly call: number;
  readonly mode:
    | FaultMode
    | "table outage"
    | { readonly pause: "before" | "after"; readonly meanwhile: () => Promise<void> };
}

interface Invocation {
  readonly plan: Plan | undefined;
  calls: number;
  isDead: boolean;
  readonly die: () => void;
}

export interface Ended<T> {
  /** Undefined when the process died or the call threw. */
  readonly value: T | undefined;
  readonly error: unknown;
  readonly died: boolean;
  readonly calls: number;
}

class InjectedFault extends Error {
  override readonly name = "InjectedFault";
}

const never = () => new Promise<never>(() => undefined);

export class Faults {
  readonly #invocations = new AsyncLocalStorage<Invocation>();
  /** The sweeper asks every shard of an index; those of other jobs are not waited for. */
  taskId = "";

  constructor({ services }: Engine) {
    this.#intercept(services.store.table.document, true);
    this.#intercept(services.sqs, false);
  }

  #intercept(client: { send: (...args: never[]) => unknown }, isTable: boolean): void {
    client.send = new Proxy(client.send, {
      apply: async (send, self, args: unknown[]) => {
        const invocation = this.#invocations.getStore();
        const reach = async (): Promise<unknown> => Reflect.apply(send, self, args);
        if (this.#isOfAnotherShard(args[0])) return { Items: [] };
        if (isTable && invocation?.plan?.mode === "table outage") throw new InjectedFault("the table is away");
        return invocation ? this.#call(invocation, reach) : reach();
      },
    });
  }

  #isOfAnotherShard(command: unknown): boolean {
    if (!(command instanceof QueryCommand) || command.input.IndexName !== table.workIndex.name) return false;
    const partition = String(command.input.ExpressionAttributeValues?.[":pk"]);
    return !partition.endsWith(`#${shardOf(this.taskId, table.workIndex.shards)}`);
  }

  async #call(invocation: Invocation, reach: () => Promise<unknown>): Promise<unknown> {
    if (invocation.isDead) return never();
    const call = ++invocation.calls;
    const { plan } = invocation;
    if (!plan || call < plan.call || plan.mode === "table outage") return reach();
    if (plan.mode === "outage") throw new InjectedFault("the network is down");
    if (call > plan.call) return reach();
    if (typeof plan.mode === "object") {
      if (plan.mode.pause === "before") await this.#invocations.exit(plan.mode.meanwhile);
      const answer = await reach();
      if (plan.mode.pause === "after") await this.#invocations.exit(plan.mode.meanwhile);
      return answer;
    }
    if (plan.mode === "unsent") throw new InjectedFault("it was not sent");
    if (plan.mode === "death before") return this.#die(invocation);
    const answer = await reach();
    if (plan.mode === "repeated") return reach();
    if (plan.mode === "death after") return this.#die(invocation);
    throw new InjectedFault(`its answer was lost: ${typeof answer}`);
  }

  #die(invocation: Invocation): Promise<never> {
    invocation.isDead = true;
    invocation.die();
    return never();
  }

  /** Runs one invocation, with a fault or without. */
  async run<T>(plan: Plan | undefined, act: () => Promise<T>): Promise<Ended<T>> {
    const { promise: death, resolve: die } = Promise.withResolvers<undefined>();
    const invocation: Invocation = { plan, calls: 0, isDead: false, die: () => die(undefined) };
    const acting = this.#invocations.run(invocation, act).then(
      (value) => ({ value, error: undefined }),
      (error: unknown) => ({ value: undefined, error }),
    );
    const ended = await Promise.race([acting, death]);
    return { value: ended?.value, error: ended?.error, died: invocation.isDead, calls: invocation.calls };
  }
}
