/**
 * What a route of the HTTP API is: the router, OpenAPI, the typed client and the contract tests derive from it.
 *
 * @module
 */

import type { z } from "zod";
import type { Scope } from "../keys/scopes.ts";

/** The HTTP methods that routes use. */
export type HttpMethod = "GET" | "POST" | "PUT" | "DELETE";

/** The groups of routes in the OpenAPI document, with their descriptions. */
export const tags = {
  Tasks: "Submit tasks.",
  "Language models": "Ask models, store configs, define providers.",
  Jobs: "Follow, read and stop jobs.",
  Batches: "Many jobs of one task, followed, cancelled and read together.",
  Documents: "Upload files, read their text.",
  Projects: "Texts that a search finds: by meaning with an embedding model, by words without one.",
  Monitoring: "What queues, workers and jobs are doing.",
  "Dead letters": "Jobs that failed for good.",
  Schedules: "Run tasks again and again.",
  Escalations: "Decisions that a person takes.",
  Webhooks: "Notify another service of how a job ended.",
  Keys: "API keys.",
  Service: "The service itself; no key needed.",
} as const;

/** A group of routes in the OpenAPI document. */
export type Tag = keyof typeof tags;

/** One route of the API: method, path, scope, schemas and answer. OpenAPI, router and client derive from it. */
export interface RouteDefinition {
  readonly method: HttpMethod;
  /** Below {@link API_PREFIX} unless the route is public. `{name}` is one segment, `{name+}` is the rest of the path. */
  readonly path: `/${string}`;
  /** Other paths, with the same parameters, that answer the same. */
  readonly aliases?: readonly `/${string}`[];
  /** The scope that a key must have; null: the route is public and is at the root. `admin` and `project_admin` imply others. */
  readonly scope: Scope | null;
  readonly tag: Tag;
  /** One line. */
  readonly summary: string;
  /** What the summary leaves out; where it matters, the AWS calls that one request makes. */
  readonly description?: string;
  /** Parameters of the path that are more than any string; one that does not fit names nothing: 404. */
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** Request headers that the route reads, by lower-case name. */
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  /** `bytes`: the body is taken as it is, with its content type; JSON otherwise. */
  readonly bodyType?: "bytes";
  /** The answer when all is well. `contentType` is given when it is not JSON. */
  readonly response: {
    readonly status: number;
    /** Another status of success, with the same schema. */
    readonly otherStatus?: number;
    readonly schema: z.ZodType;
    readonly contentType?: string;
    /** One line of an answer of JSON lines, for those who generate clients. */
    readonly line?: z.ZodType;
  };
  /** Problems beyond those that every route can answer. */
  readonly problems?: readonly number[];
}

/** What the paths of all routes begin with, but for the public ones. */
export const API_PREFIX = "/api/v1";

/** The full path template of a route, or of one of its aliases. */
export const fullPath = (route: Pick<RouteDefinition, "scope">, path: string): string =>
  route.scope === null ? path : `${API_PREFIX}${path}`;

/** Names of the parameters in a path template. */
type ParameterNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Greedy}+` ? Greedy : Name) | ParameterNames<Rest>
  : never;

/** What a client gives for the path. */
export type ParamsInputOf<Route extends RouteDefinition> = { readonly [Name in ParameterNames<Route["path"]>]: string };

type OutputOf<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type InputOf<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined;
type Field<Route, Name extends string> = Route extends { readonly [N in Name]: infer Schema } ? Schema : undefined;

/** What a handler gets, parsed: undefined where the route takes none. */
export type ParamsOf<Route extends RouteDefinition> = Route extends { readonly params: infer Schema }
  ? OutputOf<Schema>
  : ParamsInputOf<Route>;
/** The parsed query of a route. */
export type QueryOf<Route extends RouteDefinition> = OutputOf<Field<Route, "query">>;
/** The parsed headers of a route. */
export type HeadersOf<Route extends RouteDefinition> = OutputOf<Field<Route, "headers">>;
/** The parsed body of a route. */
export type BodyOf<Route extends RouteDefinition> = OutputOf<Field<Route, "body">>;
/** The body of a route as a caller writes it, with defaults left out. */
export type BodyInputOf<Route extends RouteDefinition> = InputOf<Field<Route, "body">>;
/** What the route answers when all is well. */
export type ResponseOf<Route extends RouteDefinition> = z.output<Route["response"]["schema"]>;
