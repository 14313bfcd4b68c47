import type {
  API_PREFIX,
  BodyInputOf,
  ParamsInputOf,
  QueryOf,
  ResponseOf,
  RouteDefinition,
} from "../../../contracts/routes/define-route.ts";
import type { RouteName, Routes } from "../../../contracts/routes.ts";

/** The types of a call, derived from the route table: a path that does not exist or a wrong body does not compile. */

type FullPath<Route extends RouteDefinition> = Route["scope"] extends null
  ? Route["path"]
  : `${typeof API_PREFIX}${Route["path"]}`;
type KeyOf<Route extends RouteDefinition> = `${Route["method"]} ${FullPath<Route>}`;

/** Method and full path of a route, such as `GET /api/v1/jobs/{task_id}`. */
export type RouteKey = { [Name in RouteName]: KeyOf<Routes[Name]> }[RouteName];

type RouteAt<Key extends RouteKey> = {
  [Name in RouteName]: Key extends KeyOf<Routes[Name]> ? Routes[Name] : never;
}[RouteName];

/** What a route answers. */
export type AnswerOf<Key extends RouteKey> = ResponseOf<RouteAt<Key>>;

type Loose<T> = { readonly [Field in keyof T]?: T[Field] | undefined };
type ParamsPart<Params> = keyof Params extends never ? unknown : { readonly params: Params };
type QueryPart<Query> = [Query] extends [undefined] ? unknown : { readonly query?: Loose<Query> };
type BodyPart<Body> = [Body] extends [undefined]
  ? unknown
  : Record<never, never> extends Body
    ? { readonly body?: Body }
    : { readonly body: Body };

type OptionsOf<Route extends RouteDefinition> = { readonly signal?: AbortSignal | undefined } & ParamsPart<
  ParamsInputOf<Route>
> &
  QueryPart<QueryOf<Route>> &
  BodyPart<BodyInputOf<Route>>;

/** The arguments of a call; none are needed where a route needs nothing. */
export type CallArguments<Key extends RouteKey> =
  Record<never, never> extends OptionsOf<RouteAt<Key>>
    ? [options?: OptionsOf<RouteAt<Key>>]
    : [options: OptionsOf<RouteAt<Key>>];
