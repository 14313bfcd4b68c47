/**
 * The gateway's authorizer: identifies the owner of an API key, by one read. What a key may do is up to the
 * handlers. The gateway caches an answer for a minute. An error is neither a yes nor a no: it is thrown, and not cached.
 *
 * @module
 */

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import { writeKeyLimits } from "../contracts/keys/key-limits.ts";
import type { AuthorizerContext } from "../contracts/keys/scopes.ts";
import { keyTableEnv, resourceEnv } from "../contracts/resources.ts";
import { parseSettings } from "../contracts/settings/parse-settings.ts";
import { KeyStore } from "../shared/engine/keys/key-store.ts";
import { Table } from "../shared/engine/table/table.ts";

type Verdict = { readonly isAuthorized: false } | { readonly isAuthorized: true; readonly context: AuthorizerContext };

/** The header as RFC 6750 writes it. */
const BEARER = /^Bearer +([\w.~+/=-]{1,256})$/i;

/** Exported for tests. @throws what DynamoDB throws: the gateway then answers 500 */
export async function authorize(
  keys: Pick<KeyStore, "find">,
  event: Pick<APIGatewayRequestAuthorizerEventV2, "headers">,
): Promise<Verdict> {
  const [, key] = BEARER.exec(event.headers?.authorization ?? "") ?? [];
  const found = key && (await keys.find(key));
  if (!found) return { isAuthorized: false };
  const { key_id, name, project_id, projects, scopes, limits } = found;
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
    },
  };
}

let keys: KeyStore | undefined;

function openKeys(): KeyStore {
  const resources = resourceEnv.pick({ SLUICE_TABLE: true }).extend(keyTableEnv.shape);
  const { SLUICE_TABLE, SLUICE_KEY_TABLE } = parseSettings(resources, process.env);
  const document = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  return new KeyStore({ keys: new Table(document, SLUICE_KEY_TABLE), jobs: new Table(document, SLUICE_TABLE) });
}

/** The Lambda authorizer: identifies the caller of a request by its API key. */
export const handler = (event: APIGatewayRequestAuthorizerEventV2): Promise<Verdict> => {
  keys ??= openKeys();
  return authorize(keys, event);
};
