/**
 * Yes and no of a text, by the rules of the embedded engine: what is denied is never affirmed.
 *
 * @module
 */

import { expect, it } from "vitest";
import type { DocumentServices } from "../../../shared/capabilities/documents/services.ts";
import { extractData } from "../../../shared/capabilities/extraction/extract-data.ts";
import { taskContext } from "../../helpers/task-context.ts";

const noDocuments = { documents: { get: async () => undefined }, files: {} } as unknown as DocumentServices;

async function answers(text: string, names: readonly string[], language: string) {
  const schema = { type: "object", properties: Object.fromEntries(names.map((name) => [name, { type: "boolean" }])) };
  const { data } = await extractData({ text, language, schema: schema as never }, noDocuments, {
    context: taskContext(),
  });
  return data;
}

it.each<[string, Record<string, boolean>, readonly string[]]>([
  ["Pets are not allowed. Parking is not included.", { pets_allowed: false, parking_included: false }, []],
  ["Parking is not included. Utilities are included.", { parking_included: false, utilities_included: true }, []],
  ["No pets are allowed. Smoking is prohibited.", { pets_allowed: false, smoking_allowed: false }, []],
  ["The tenant may keep pets. Subletting isn't permitted.", { pets_allowed: true, subletting_permitted: false }, []],
  ["Parking is not included.", {}, ["utilities_included", "breakfast_included"]],
  ["Pets are not a problem for the neighbours, we were told.", {}, ["pets_allowed"]],
  ["Smoking on the balcony is not prohibited by this contract.", {}, ["smoking_allowed"]],
  ["Smoking is prohibited.", { smoking_prohibited: true }, []],
])("%s", async (text, stated, unstated) => {
  expect(await answers(text, [...Object.keys(stated), ...unstated], "en")).toEqual(stated);
});

it.each<[string, Record<string, boolean>, readonly string[]]>([
  [
    "Haustiere sind nicht erlaubt. Ein Stellplatz ist im Preis nicht enthalten. Die Heizung ist inbegriffen.",
    { haustiere_erlaubt: false, stellplatz_enthalten: false, heizung_inbegriffen: true },
    ["moebliert"],
  ],
  ["Die Wohnung wird unmöbliert vermietet. Haustiere sind untersagt.", { haustiere_erlaubt: false }, ["moebliert"]],
  ["Der Vertrag verlängert sich nicht automatisch.", { verlaengert_sich_automatisch: false }, []],
  ["Ein Stellplatz ist nicht enthalten.", {}, ["heizung_enthalten"]],
])("%s", async (text, stated, unstated) => {
  expect(await answers(text, [...Object.keys(stated), ...unstated], "de")).toEqual(stated);
});
