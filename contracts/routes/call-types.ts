/**
 * The types of a call, derived from the route table: a path that does not exist or a wrong body does not compile.
 *
 * @module
 */

import type { API_PREFIX, ResponseOf, RouteDefinition } from "./define-route.ts";
import type { RouteName, Routes } from "./routes.ts";

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
