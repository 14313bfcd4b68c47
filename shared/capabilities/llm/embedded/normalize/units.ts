/**
 * Units and currencies, by every way in which a text or a property name may write them.
 *
 * @module
 */

const families: Record<string, Record<string, readonly [factor: number, ...names: string[]]>> = {
  time: {
    second: [1, "s", "sec", "secs", "second", "seconds", "sek", "sekunde", "sekunden"],
    millisecond: [0.001, "ms", "millisecond", "milliseconds", "millisekunden"],
    minute: [60, "min", "mins", "minute", "minutes", "minuten"],
    hour: [3_600, "h", "hr", "hrs", "hour", "hours", "stunde", "stunden", "std"],
    day: [86_400, "d", "day", "days", "tag", "tage", "tagen"],
    week: [604_800, "week", "weeks", "woche", "wochen"],
  },
  // Months have no fixed length in days, years have twelve months.
  calendar: {
    month: [1, "month", "months", "monat", "monate", "monaten"],
    year: [12, "year", "years", "yr", "yrs", "jahr", "jahre", "jahren"],
  },
  length: {
    millimetre: [0.001, "mm", "millimeter", "millimetre", "millimeters"],
    centimetre: [0.01, "cm", "zentimeter", "centimeter", "centimetre", "centimeters"],
    metre: [1, "m", "meter", "meters", "metre", "metres", "metern"],
    kilometre: [1_000, "km", "kilometer", "kilometers", "kilometre", "kilometres", "kilometern"],
    mile: [1_609.344, "mile", "miles", "meile", "meilen"],
    inch: [0.0254, "inch", "inches", "zoll"],
  },
  mass: {
    gram: [1, "g", "gram", "grams", "gramm"],
    kilogram: [1_000, "kg", "kilo", "kilos", "kilogram", "kilograms", "kilogramm"],
    tonne: [1_000_000, "t", "tonne", "tonnes", "tonnen", "ton", "tons"],
    pound: [453.59237, "lb", "lbs"],
  },
  data: {
    megabyte: [1, "mb", "megabyte", "megabytes"],
    gigabyte: [1_000, "gb", "gigabyte", "gigabytes"],
    terabyte: [1_000_000, "tb", "terabyte", "terabytes"],
  },
  share: { percent: [1, "%", "percent", "prozent", "pct"] },
  area: { "square metre": [1, "m²", "qm", "sqm", "quadratmeter", "quadratmetern"] },
  volume: {
    "cubic metre": [1_000, "m³", "m3", "cbm", "kubikmeter", "kubikmetern"],
    litre: [1, "l", "liter", "litre", "litres", "liters"],
    millilitre: [0.001, "ml", "milliliter", "millilitre"],
  },
  temperature: { celsius: [1, "°c", "celsius", "grad"] },
};

/** A unit of measure or a currency. */
export interface Unit {
  readonly family: string;
  readonly factor: number;
}

const units = new Map<string, Unit>();
for (const [family, members] of Object.entries(families)) {
  for (const [factor, ...names] of Object.values(members)) {
    for (const name of names) units.set(name, { family, factor });
  }
}

/** The unit of a name or sign. */
export const unitOf = (name: string): Unit | undefined => units.get(name.toLowerCase());

/** @returns undefined between families */
export function convert(value: number, from: Unit, to: Unit): number | undefined {
  return from.family === to.family ? Number(((value * from.factor) / to.factor).toPrecision(12)) : undefined;
}

/** ISO 4217 codes by symbol, code and name. */
export const currencies: ReadonlyMap<string, string> = new Map(
  Object.entries({
    EUR: ["€", "eur", "euro", "euros"],
    USD: ["$", "usd", "us$", "dollar", "dollars"],
    GBP: ["£", "gbp", "pound", "pounds", "pfund"],
    CHF: ["chf", "franken", "francs", "sfr"],
    JPY: ["¥", "jpy", "yen"],
    PLN: ["pln", "zł", "złoty", "zloty"],
    SEK: ["sek", "kronor"],
    CAD: ["cad"],
    AUD: ["aud"],
  }).flatMap(([code, names]) => names.map((name) => [name, code] as const)),
);
