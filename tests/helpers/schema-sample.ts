/** A smallest instance of a simple JSON Schema, as a model with nothing to say would give it. */
export function sampleOf(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return null;
  if ("const" in schema) return schema.const;
  if ("enum" in schema && Array.isArray(schema.enum)) return schema.enum[0];
  const type = "type" in schema ? schema.type : "object";
  if (type === "object") {
    const properties = "properties" in schema && schema.properties;
    const entries = typeof properties === "object" && properties !== null ? Object.entries(properties) : [];
    return Object.fromEntries(entries.map(([name, property]) => [name, sampleOf(property)]));
  }
  if (type === "array") return "items" in schema ? [sampleOf(schema.items)] : [];
  if (type === "string") return "sample";
  if (type === "number" || type === "integer") return 1;
  return type === "boolean" ? true : null;
}
