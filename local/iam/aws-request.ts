import type { TableKeys } from "./permissions.ts";

/** A request as it came, once its signature was found right. */
export interface AwsRequest {
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly method: string;
  readonly url: string;
  /** `X-Amz-Target`: empty where the service has none. */
  readonly target: string;
  readonly contentType: string;
  readonly body: Buffer;
}

/** What is known of the stack's resources. */
export interface KnownResources {
  readonly tables: Readonly<Record<string, TableKeys>>;
  /** The function that an event source mapping feeds, by the mapping's id. */
  readonly mappedFunction: (uuid: string) => string | undefined;
}

/** A JSON object of which nothing is known yet. It is read field by field: every call of every function passes here. */
export type Fields = Readonly<Record<string, unknown>>;

/** An object, or an empty one in place of anything else. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** A text. @returns undefined for anything else */
export const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** A list, or an empty one in place of anything else. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const parsed = new WeakMap<Buffer, Fields>();

/** The body as JSON, parsed once. @throws SyntaxError */
export function jsonOf({ body }: Pick<AwsRequest, "body">): Fields {
  let fields = parsed.get(body);
  if (!fields) {
    fields = fieldsOf(JSON.parse(body.toString()));
    parsed.set(body, fields);
  }
  return fields;
}

/** The operation of a service whose requests name it in a header. */
export const operationOf = ({ target }: Pick<AwsRequest, "target">): string =>
  target.slice(target.lastIndexOf(".") + 1);
