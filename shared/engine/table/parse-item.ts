import type { z } from "zod";

/** An item of the table is not what the code expects there. */
class BrokenItemError extends Error {
  override readonly name = "BrokenItemError";
}

const SHOWN = 5;

/**
 * Reads an item of the table.
 * @throws BrokenItemError that names the item and the attributes at fault
 */
export function parseItem<Schema extends z.ZodType>(schema: Schema, item: Record<string, unknown>): z.infer<Schema> {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const faults = issues.slice(0, SHOWN).map(({ path, message }) => `${path.join(".")}: ${message}`);
  const more = issues.length > SHOWN ? `; and ${issues.length - SHOWN} more` : "";
  throw new BrokenItemError(`The item ${item.pk} / ${item.sk} cannot be read: ${faults.join("; ")}${more}`);
}
