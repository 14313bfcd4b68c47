import type { BodyPart, ParamsPart, QueryPart, RouteAt, RouteKey } from "../../../contracts/routes/call-types.ts";
import type { BodyInputOf, ParamsInputOf, QueryOf, RouteDefinition } from "../../../contracts/routes/define-route.ts";

/** The types of the console's calls, derived from the route table. */

export type { AnswerOf, RouteKey } from "../../../contracts/routes/call-types.ts";

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
