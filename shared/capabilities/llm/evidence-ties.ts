/**
 * How well a value that is in the request is tied to its property, and not to another one.
 *
 * @module
 */

import { asksForWhatWas, findCalledOff } from "./embedded/normalize/called-off.ts";
import { type LabelPlace, labelPlaces, nearness } from "./embedded/normalize/candidates.ts";
import { endConcepts, startConcepts } from "./embedded/normalize/concepts.ts";
import { type Field, fieldsOf, type Schema } from "./embedded/normalize/fields.ts";
import { isoDate } from "./embedded/normalize/mentions/calendar.ts";
import { overlaps, type Span } from "./embedded/normalize/reading.ts";
import { unitOf } from "./embedded/normalize/units.ts";
import type { EvidenceReading } from "./evidence-reading.ts";

/** Share that is left of the evidence for a value that the text calls off, or leaves open beside others. */
const CALLED_OFF = 0.4;
/** ... of one that stands at another property's name, while its own is elsewhere or nowhere. */
const OF_ANOTHER = 0.6;
/** ... of one with a rival that is nearer to the property's name. */
const RIVALLED = 0.7;
/** ... of one among others that no property takes, where the text does not name the property. */
const ONE_OF_MANY = 0.6;

/** A value with its place. */
interface Place extends Span {
  readonly value: string | number;
}

interface FieldPlaces {
  readonly field: Field;
  readonly labels: readonly LabelPlace[];
}

/** Ties of values to the properties of a schema. */
export interface Ties {
  /**
   * The share of its evidence that a value keeps, 0 to 1.
   * @param path names of the property, from the root of the schema
   * @param taken values of other properties, which are no rivals
   */
  shareOf(value: string | number, path: readonly string[], taken: ReadonlySet<unknown>): number;
}

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/;
const TIME = /^(\d{2}:\d{2}):\d{2}/;
const isNear = (one: number, other: number): boolean => one > other + 0.15;

/** Reads the places of values and of the names of properties, once for all values. */
export function readTies({ reading, mentions }: Pick<EvidenceReading, "reading" | "mentions">, schema: Schema): Ties {
  const { replaced, open } = findCalledOff(reading, mentions);
  const off: readonly Span[] = [...replaced.map(({ old }) => old), ...open];
  const dates = mentions.dates.map((mention): Place => ({ ...mention, value: isoDate(mention.date) }));
  const times = mentions.times.map((mention): Place => ({ ...mention, value: mention.time.slice(0, 5) }));
  const numbers = mentions.numbers.filter(({ article }) => !article);
  const fields = fieldsOf(schema, reading.language).map(
    (field): FieldPlaces => ({ field, labels: labelPlaces(field, reading) }),
  );
  const byPath = new Map(fields.map((one) => [JSON.stringify(one.field.path), one]));

  /** Where a value may be, and what else of its kind the text holds. */
  function placesOf(value: string | number, { field }: FieldPlaces): { own: Place[]; rivals: Place[] } | undefined {
    if (typeof value === "number") {
      const isMoney = numbers.find((number) => number.value === value)?.currency !== undefined;
      const kind = numbers.filter(({ currency }) => (currency !== undefined) === isMoney);
      return split(kind, value);
    }
    const date = DATE_TIME.exec(value)?.[1] ?? (/^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined);
    if (date) return split(dates, date);
    const time = TIME.exec(value)?.[1];
    if (time) return split(times, time);
    if (field.type !== "string") return undefined;
    const at = reading.text.toLowerCase().indexOf(value.toLowerCase());
    return at < 0 ? undefined : { own: [{ start: at, end: at + value.length, value }], rivals: [] };
  }

  /** Right before the name of what it counts a value is as near as right behind it: "two adults and one child". */
  const nearnessOf = (place: Place, labels: readonly LabelPlace[]): number => {
    const counted =
      typeof place.value === "number" &&
      labels.some(({ start }) => start > place.end && /^\s+$/.test(reading.text.slice(place.end, start)));
    return counted ? 0.95 : nearness(place, labels, reading);
  };
  const best = (places: readonly Place[], labels: readonly LabelPlace[]): number =>
    Math.max(0, ...places.map((place) => nearnessOf(place, labels)));

  /** Whether a unit, or "from" and "to", say whose value it is. */
  function isShown(own: readonly Place[], { unit, concept }: Field): boolean {
    const key = concept?.key ?? "";
    const role = startConcepts.has(key) ? "start" : endConcepts.has(key) ? "end" : undefined;
    return own.some((place) => {
      const behind = /^\s?(%|°C|\p{L}+[²³]?)/u.exec(reading.text.slice(place.end, place.end + 16))?.[1];
      if (typeof place.value === "number") return unit !== undefined && unitOf(behind ?? "")?.family === unit.family;
      return role !== undefined && mentions.dates.some((date) => date.role === role && overlaps(date, place));
    });
  }

  return {
    shareOf(value, path, taken) {
      const property = byPath.get(JSON.stringify(path));
      const places = property && placesOf(value, property);
      if (!property || !places || places.own.length === 0) return 1;
      const { own, rivals } = places;
      const isOff = own.every((place) => off.some((span) => overlaps(span, place)));
      if (isOff && !asksForWhatWas(property.field)) return CALLED_OFF;
      if (isShown(own, property.field)) return 1;
      const near = best(own, property.labels);
      const others = fields.filter(({ field }) => field !== property.field && sameKind(field, property.field));
      const foreign = Math.max(0, ...others.map(({ labels }) => best(own, labels)));
      if (isNear(foreign, near)) return OF_ANOTHER;
      const free = rivals.filter((rival) => !taken.has(rival.value) && !off.some((span) => overlaps(span, rival)));
      if (isNear(best(free, property.labels), near)) return RIVALLED;
      return near === 0 && free.length > 0 ? ONE_OF_MANY : 1;
    },
  };
}

const sameKind = (one: Field, other: Field): boolean => {
  const numeric = (field: Field) => field.type === "number" || field.type === "integer";
  return numeric(one) ? numeric(other) : one.type === other.type && one.schema.format === other.schema.format;
};

function split(places: readonly Place[], value: string | number): { own: Place[]; rivals: Place[] } {
  return {
    own: places.filter((place) => place.value === value),
    rivals: places.filter((place) => place.value !== value),
  };
}
