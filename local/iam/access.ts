/**
 * Who may do what in the emulated services: functions as their roles say, the stack itself everything.
 *
 * @module
 */

import { functionOf } from "../services/credentials.ts";
import type { AwsRequest, KnownResources } from "./aws-request.ts";
import type { Permissions } from "./permissions.ts";
import { readAsked } from "./requests.ts";
import { decide } from "./statements.ts";

/** Decides of requests whose signature was found right. */
export class Access {
  #permissions: Permissions | undefined;
  readonly #refused: (message: string) => void;
  readonly #mappedFunction: KnownResources["mappedFunction"];

  /**
   * @param options.refused is told of each refusal, in AWS's words
   * @param options.mappedFunction the function that an event source mapping feeds
   */
  constructor(options: {
    readonly refused: (message: string) => void;
    readonly mappedFunction?: KnownResources["mappedFunction"];
  }) {
    this.#refused = options.refused;
    this.#mappedFunction = options.mappedFunction ?? (() => undefined);
  }

  /** Decides by these from now on. Before it is called, functions may do nothing. */
  use(permissions: Permissions): void {
    this.#permissions = permissions;
  }

  /** The tables of the template. */
  get tables(): Permissions["tables"] {
    return this.#permissions?.tables ?? {};
  }

  /** @returns why a request is refused, as AWS says it; undefined when it is allowed */
  refusal(accessKeyId: string, request: AwsRequest): string | undefined {
    const name = functionOf(accessKeyId);
    if (name === undefined) return undefined;
    const { role = "", statements = [] } = this.#permissions?.functions[name] ?? {};
    const asked = readAsked(request, { tables: this.tables, mappedFunction: this.#mappedFunction });
    const who = `User: arn:aws:sts::${request.account}:assumed-role/${role}/${name}`;
    let message: string | undefined;
    if (!asked)
      message = `${who} sent a request that the embedded stack cannot check: ${request.service} ${request.target || request.method}`;
    for (const each of asked ?? []) {
      const decision = decide(statements, each);
      if (decision === "allowed") continue;
      const why =
        decision === "denied"
          ? "with an explicit deny in an identity-based policy"
          : `because no identity-based policy allows the ${each.action} action`;
      message = `${who} is not authorized to perform: ${each.action} on resource: ${each.resource} ${why}`;
      break;
    }
    if (message !== undefined) this.#refused(message);
    return message;
  }
}
