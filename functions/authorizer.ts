/**
 * The gateway's authorizer: identifies the owner of an API key, by one read, and notes once an hour that it was used. What a
 * key may do is up to the handlers. The gateway caches an answer for a minute, so the handlers check the time of expiry
 * again. An error of the read is neither a yes nor a no: it is thrown, and not cached.
 *
 * @module
 */

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import { isExpired } from "../contracts/keys/api-keys.ts";
import { writeKeyLimits } from "../contracts/keys/key-limits.ts";
import type { AuthorizerContext } from "../contracts/keys/scopes.ts";
import { keyTableEnv, resourceEnv } from "../contracts/resources.ts";
import { parseSettings } from "../contracts/settings/parse-settings.ts";
import { type FoundKey, KeyStore } from "../shared/engine/keys/key-store.ts";
import { Table } from "../shared/engine/table/table.ts";
import { createLogger } from "../shared/lib/logger.ts";

type Verdict = { readonly isAuthorized: false } | { readonly isAuthorized: true; readonly context: AuthorizerContext };

/** The header as RFC 6750 writes it. */
const BEARER = /^Bearer +([\w.~+/=-]{1,256})$/i;

/**
 * How long an answer waits, once an hour for each key, until its use is noted. Lambda stops a process that has answered,
 * so a write that nobody waits for would be lost for the keys that are used least.
 */
const NOTE_MS = 100;

/** What the authorizer works with; replaced in tests. */
export interface AuthorizerServices {
  readonly keys: Pick<KeyStore, "find" | "noteUse">;
  readonly now: () => number;
  readonly warn: (message: string, fields: Record<string, unknown>) => void;
}

/** Notes that a key is used. Never throws, and never takes longer than {@link NOTE_MS}. */
async function noteUse({ keys, now, warn }: AuthorizerServices, found: FoundKey): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, NOTE_MS);
  });
  const noted = keys.noteUse(found, now()).catch((error: unknown) => {
    warn("the use of a key was not noted", { key_id: found.key_id, error });
  });
  await Promise.race([noted, late]);
  clearTimeout(timer);
}

/** Exported for tests. @throws what DynamoDB throws at the read: the gateway then answers 500 */
export async function authorize(
  services: AuthorizerServices,
  event: Pick<APIGatewayRequestAuthorizerEventV2, "headers">,
): Promise<Verdict> {
  const [, key] = BEARER.exec(event.headers?.authorization ?? "") ?? [];
  const found = key && (await services.keys.find(key));
  if (!found || isExpired(found, services.now())) return { isAuthorized: false };
  await noteUse(services, found);
  const { key_id, name, project_id, projects, scopes, limits, expires_at } = found;
  const others = projects && projects.length > 0 ? { projects: projects.join(" ") } : {};
  return {
    isAuthorized: true,
    context: {
      key_id,
      ...(name === null ? {} : { key_name: name }),
      project_id,
      ...others,
      scopes: scopes.join(" "),
      ...(limits && { limits: writeKeyLimits(limits) }),
      ...(expires_at !== undefined && { expires_at: String(expires_at) }),
    },
  };
}

let services: AuthorizerServices | undefined;

function openServices(): AuthorizerServices {
  const resources = resourceEnv.pick({ SLUICE_TABLE: true }).extend(keyTableEnv.shape);
  const { SLUICE_TABLE, SLUICE_KEY_TABLE } = parseSettings(resources, process.env);
  const document = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const logger = createLogger("authorizer");
  return {
    keys: new KeyStore({ keys: new Table(document, SLUICE_KEY_TABLE), jobs: new Table(document, SLUICE_TABLE) }),
    now: Date.now,
    warn: (message, fields) => logger.warn(message, fields),
  };
}

/** The Lambda authorizer: identifies the caller of a request by its API key. */
export const handler = (event: APIGatewayRequestAuthorizerEventV2): Promise<Verdict> => {
  services ??= openServices();
  return authorize(services, event);
};
