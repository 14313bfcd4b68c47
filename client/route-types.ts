import type {
  API_PREFIX,
  BodyInputOf,
  ParamsInputOf,
  QueryOf,
  ResponseOf,
  RouteDefinition,
} from "../contracts/routes/define-route.ts";
import type { RouteName, Routes } from "../contracts/routes.ts";

/** The types of a call, derived from the route table: a path that does not exist or a wrong body does not compile. */

type FullPath<Route extends RouteDefinition> = Route["scope"] extends null
  ? Route["path"]
  : `${typeof API_PREFIX}${Route["path"]}`;
type KeyOf<Route extends RouteDefinition> = `${Route["method"]} ${FullPath<Route>}`;

/** Method and full path of a route, such as `GET /api/v1/jobs/{task_id}`. */
export type RouteKey = { [Name in RouteName]: KeyOf<Routes[Name]> }[RouteName];

/** The route of a method and path. */
export type RouteAt<Key extends RouteKey> = {
  [Name in RouteName]: Key extends KeyOf<Routes[Name]> ? Routes[Name] : never;
}[RouteName];

/** What a route answers. */
export type AnswerOf<Key extends RouteKey> = ResponseOf<RouteAt<Key>>;
/** What may stand in a route's query. */
export type QueryAt<Key extends RouteKey> = Loose<QueryOf<RouteAt<Key>>>;
/** What a route's body takes. */
export type BodyAt<Key extends RouteKey> = BodyInputOf<RouteAt<Key>>;

/** Every field may be left out; `undefined` counts as left out. */
type Loose<T> = { readonly [Field in keyof T]?: T[Field] | undefined };
type ParamsPart<Params> = keyof Params extends never ? unknown : { readonly params: Params };
type QueryPart<Query> = [Query] extends [undefined] ? unknown : { readonly query?: Loose<Query> };
type BodyPart<Body> = [Body] extends [undefined]
  ? unknown
  : Record<never, never> extends Body
    ? { readonly body?: Body }
    : { readonly body: Body };

/** What any call takes. */
export interface CommonOptions {
  /** Ends the call; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Makes a POST safe to repeat, so that it is retried like a GET. Only for routes that read the header. */
  readonly idempotency_key?: string | undefined;
}

export type CallOptions<Key extends RouteKey> = CommonOptions &
  ParamsPart<ParamsInputOf<RouteAt<Key>>> &
  QueryPart<QueryOf<RouteAt<Key>>> &
  BodyPart<BodyInputOf<RouteAt<Key>>>;

/** The options of a call, left out when the route needs none. */
export type CallArguments<Key extends RouteKey> =
  Record<never, never> extends CallOptions<Key> ? [options?: CallOptions<Key>] : [options: CallOptions<Key>];
