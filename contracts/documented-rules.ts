/**
 * Rules between the fields of a body, as JSON Schema for the API's description: what a refinement of zod checks does not
 * show there. Null counts as left out (see optional-nulls.ts).
 *
 * @module
 */

/** For `.meta()`: only one of two fields may be given. */
export const notBoth = (one: string, other: string) => ({
  not: { required: [one, other], properties: { [one]: GIVEN, [other]: GIVEN } },
});

/** For `.meta()`: at least one of these fields must be given. */
export const atLeastOneOf = (...names: readonly string[]) => ({
  not: { properties: Object.fromEntries(names.map((name) => [name, { type: "null" }])) },
});

const GIVEN = { not: { type: "null" } };
