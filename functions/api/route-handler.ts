/**
 * What a handler receives, a request and services, and what it returns. Parsing, scopes and errors are handled in api.ts.
 *
 * @module
 */

import type {
  BodyOf,
  HeadersOf,
  ParamsOf,
  QueryOf,
  ResponseOf,
  RouteDefinition,
} from "../../contracts/routes/define-route.ts";
import type { RouteName, Routes } from "../../contracts/routes/routes.ts";
import type { LanguageModelBackend } from "../../shared/capabilities/llm/backend.ts";
import type { ProjectServices } from "../../shared/capabilities/projects/services.ts";
import type { JobServices } from "../../shared/engine/jobs/services.ts";
import type { KeyStore } from "../../shared/engine/keys/key-store.ts";
import type { Limiter } from "../../shared/engine/limits/limiter.ts";
import type { Mappings } from "../../shared/engine/operations/mappings.ts";
import type { Caller } from "./caller.ts";
import type { ProjectQuotas } from "./quotas.ts";
import type { SubmitServices } from "./submit-request.ts";

/** A request as a handler receives it: parsed and authorized. */
export interface ApiRequest<Route extends RouteDefinition> {
  readonly params: ParamsOf<Route>;
  readonly query: QueryOf<Route>;
  readonly headers: HeadersOf<Route>;
  readonly body: BodyOf<Route>;
  /** Undefined only on public routes. */
  readonly caller: Route["scope"] extends null ? undefined : Caller;
}

/** An answer in JSON. */
export interface JsonReply<Body> {
  readonly body: Body;
  /** Default: the route's own. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that is not JSON: a page, a file. */
export interface FileReply {
  readonly file: string | Uint8Array;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The handler of one route. */
export type Handler<Name extends RouteName> = (
  request: ApiRequest<Routes[Name]>,
  services: ApiServices,
) => Reply<Name> | Promise<Reply<Name>>;

type Reply<Name extends RouteName> = Routes[Name]["response"] extends { readonly contentType: string }
  ? FileReply
  : JsonReply<ResponseOf<Routes[Name]>>;

/** A handler for each of these routes: leaving one out does not compile. */
export type Handlers<Names extends RouteName = RouteName> = { readonly [Name in Names]: Handler<Name> };

/** What the handlers work with; built once per process in index.ts, replaced in unit tests. */
export interface ApiServices extends SubmitServices {
  readonly jobs: JobServices;
  readonly keys: KeyStore;
  readonly mappings: Mappings;
  readonly projects: ProjectServices;
  /** What may be asked of the language model. */
  readonly limiter: Limiter;
  /** What may be asked of the embedding server. */
  readonly embeddingLimiter: Limiter;
  /** What projects may ask of the API. */
  readonly quotas: ProjectQuotas;
  /** Loaded when it is first asked. */
  readonly languageModel: () => Promise<LanguageModelBackend>;
  /** Jobs that a batch may have, and bytes of an uploaded list of inputs. */
  readonly batchBounds: { readonly jobs: number; readonly uploadBytes: number };
  /** Requests that may wait for a job at once. */
  readonly waitsAtOnce: number;
  /** Prefix of the names in `GET /metrics`. */
  readonly metricsPrefix: string;
  readonly logger: ApiLogger;
}

/** The part of the logger that the API uses. */
export interface ApiLogger {
  info(message: string, fields: Record<string, unknown>): void;
  warn(message: string, fields: Record<string, unknown>): void;
  error(message: string, fields: Record<string, unknown>): void;
}
