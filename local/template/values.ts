/**
 * JSON as it stands in a template, and the errors that name a place in one.
 *
 * @module
 */

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

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
export type Resolved = Json | typeof NO_VALUE;
