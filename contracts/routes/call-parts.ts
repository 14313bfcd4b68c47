/**
 * The parts of a call's options, each left out where its route takes none. The file imports nothing: the package of the
 * TypeScript client has a copy of it.
 *
 * @module
 */

/** Every field may be left out; `undefined` counts as left out. */
export type Loose<T> = { readonly [Field in keyof T]?: T[Field] | undefined };
/** The `params` of a call, where the route's path has any. */
export type ParamsPart<Params> = keyof Params extends never ? unknown : { readonly params: Params };
/** The `query` of a call, where the route has one. */
export type QueryPart<Query> = [Query] extends [undefined] ? unknown : { readonly query?: Loose<Query> };
/** The `body` of a call, where the route has one. */
export type BodyPart<Body> = [Body] extends [undefined]
  ? unknown
  : Record<never, never> extends Body
    ? { readonly body?: Body }
    : { readonly body: Body };
