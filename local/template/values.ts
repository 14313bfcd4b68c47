/**
 * JSON as it is in a template, and the errors that name a place in one.
 *
 * @module
 */

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
/** A JSON object. */
export interface JsonObject {
  [key: string]: Json;
}

/** Whether a value is an object, not null and not an array. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A template that cannot be run; the message names the resource and the path within it. */
export class TemplateError extends Error {
  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
    this.name = "TemplateError";
  }
}

/** What `AWS::NoValue` resolves to: the property is left out. */
export const NO_VALUE = Symbol("AWS::NoValue");
/** A template value without intrinsic functions. */
export type Resolved = Json | typeof NO_VALUE;
