/** The content of a page's JSON-LD. */
export interface StructuredData {
  readonly types: string[];
  readonly dates: string[];
  broken: number;
}

const DATE_FIELDS: ReadonlySet<string> = new Set(["datePublished", "dateModified", "dateCreated"]);
/** JSON-LD is as deep as a caller likes. */
const MOST_VALUES = 20_000;

/** Adds the content of a JSON-LD script. */
export function readJsonLd(script: string, data: StructuredData): void {
  let value: unknown;
  try {
    value = JSON.parse(script);
  } catch {
    data.broken++;
    return;
  }
  const pending: unknown[] = [value];
  for (let read = 0; pending.length > 0 && read < MOST_VALUES; read++) {
    const next = pending.pop();
    if (Array.isArray(next)) pending.push(...next.slice(0, MOST_VALUES));
    else if (typeof next === "object" && next !== null) {
      for (const [name, field] of Object.entries(next)) {
        if (name === "@type") data.types.push(...[field].flat().filter((type) => typeof type === "string"));
        else if (DATE_FIELDS.has(name) && typeof field === "string") data.dates.push(field);
        else pending.push(field);
      }
    }
  }
}
