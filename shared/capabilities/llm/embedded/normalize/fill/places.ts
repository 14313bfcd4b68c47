/**
 * Places, the ends of journeys, and streets.
 *
 * @module
 */

import { anyCase, collect, introduced, type Named } from "./names.ts";

const PLACE = "\\p{Lu}[\\p{L}'’]+(?:(?: am | an der |-upon-| upon |[ -])\\p{Lu}[\\p{L}'’]+){0,3}";

const route = new RegExp(
  `(?<!\\p{L})(?:[Ff]rom|[Vv]on|[Aa]b)\\s+(?<from>${PLACE})\\s+(?:to|nach)\\s+(?<to>${PLACE})`,
  "gu",
);
const toward = introduced(anyCase(["to", "nach"]), PLACE);
const outOf = introduced(anyCase(["from", "ab", "aus"]), PLACE);
const within = introduced(anyCase(["in", "at", "near", "bei"]), PLACE);
const behindPostalCode = new RegExp(`(?<!\\d)\\d{5}[ \\t]+(?<name>${PLACE})`, "gu");

/** @param direction which end of a journey, or where something is */
export function findPlaces(text: string, direction: "from" | "to" | "in"): Named[] {
  const routes = [...text.matchAll(route), ...text.matchAll(journey)].flatMap((match): Named[] => {
    const name = match.groups?.[direction];
    if (!name) return [];
    const start = match.index + (direction === "to" ? match[0].lastIndexOf(name) : match[0].indexOf(name));
    return [{ start, end: start + name.length, text: name, score: 0.9 }];
  });
  if (direction === "to") return [...routes, ...collect(text, toward, 0.55)];
  if (direction === "from") return [...routes, ...collect(text, outOf, 0.5)];
  return [...collect(text, behindPostalCode, 0.85), ...collect(text, within, 0.45)];
}

const TO_PLACE = "(?:(?:[Tt]he|der|dem|die)[ ])?";
const journey = new RegExp(
  `(?<!\\p{L})(?:[Ff]rom|[Vv]on|[Vv]om|[Aa]b)[ ]${TO_PLACE}(?<from>\\d{1,4}[ ]${PLACE}|${PLACE}(?:[ ]\\d{1,4}[a-z]?)?)[ ](?:to|nach|zum|zur)[ ]${TO_PLACE}(?<to>[^,.;:\\n\\d]{3,40}?(?:[ ]\\d{1,4}[a-z]?)?)(?=[,.;\\n]|$|[ ](?:on|at|am|um|for|für|by|with|mit)[ ])`,
  "gu",
);
const STATION = "(?:[ ](?:airport|station|central station|harbour))?";
const pickup = introduced(anyCase(["at", "in", "am", "bei", "beim"]), `${PLACE}${STATION}`);

/** Places where something is fetched: right behind the word for it ("pick-up at Edinburgh airport"). */
export const findNamedPlaces = (text: string): Named[] => collect(text, pickup, 0);

// Entered at the start of a run of letters alone, which keeps it linear.
const germanStreet =
  /(?<![\p{L}.-])(?<name>\p{Lu}[\p{L}.-]*(?:[ \t]\p{Lu}[\p{L}.-]*){0,2}?(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|ufer|damm|Straße|Weg|Platz|Allee)[ \t]+\d{1,4}\s?[a-z]?)(?!\p{L})/gu;
const englishStreet =
  /(?<![\p{L}\d])(?<name>\d{1,5}[a-z]?[ \t]+(?:\p{Lu}\p{L}+[ \t]+){1,3}(?:Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Drive|Dr|Way|Close|Court|Square|Boulevard|Blvd|Place|Row|Terrace|Gardens|Crescent|Hill|Mews|Parade|Quay|Walk)\b\.?)/gu;

/** Finds streets with house numbers. */
export const findStreets = (text: string): Named[] => [
  ...collect(text, germanStreet, 0.85),
  ...collect(text, englishStreet, 0.85),
];
