import type { z } from "zod";
import type { Resource } from "./deployment.ts";
import { TemplateError } from "./values.ts";

/**
 * A resource's properties in the shape that the stack needs.
 * @throws TemplateError that names the resource and each property that does not fit
 */
export function propertiesOf<Schema extends z.ZodType>(resource: Resource, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(resource.properties());
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.map(String).join(".")}: ${issue.message}`);
  throw new TemplateError(`${resource.path}.Properties`, faults.join("; "));
}
