/**
 * Refusals in many wordings and languages, and summaries of texts that speak of refusals, rules and apologies, over real HTTP to the
 * task. Figures: docs/model-servers.md.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { summarize } from "../../../contracts/tasks/summarize.ts";
import { type LlmServer, startLlmServer } from "../../helpers/llm-server.ts";
import { taskContext } from "../../helpers/task-context.ts";

const said = z.object({ language: z.string(), text: z.string(), said: z.string() });
const sets = z.object({ tuned: z.array(said), apart: z.array(said), later: z.array(said), last: z.array(said) });
const fixture = z
  .object({ texts: z.record(z.string(), z.string()), refusals: sets, summaries: sets })
  .parse(JSON.parse(readFileSync(resolve(import.meta.dirname, "../../fixtures/refusals.json"), "utf8")));

let server: LlmServer;
let run: typeof import("../../../functions/tasks/summarize.ts").run;
beforeAll(async () => {
  server = await startLlmServer();
  Object.assign(process.env, server.settings);
  ({ run } = await import("../../../functions/tasks/summarize.ts"));
});
afterAll(() => server?.close());

async function summaryOf(text: string, content: string): Promise<string> {
  server.always({ kind: "answer", content });
  const result = await run(summarize.input.parse({ text, max_length: 250 }), taskContext()).catch(
    ({ name }: Error) => name,
  );
  return typeof result === "string" ? result : result.summary;
}

it.each([
  "This model has been deprecated. Please use gpt-4o instead.",
  "Por favor, proporciona el texto que deseas resumir.",
  "El usuario quiere un resumen. Voy a escribirlo en una frase.",
])("%s is talk to the reader", async (said) => {
  expect(await summaryOf(fixture.texts.bridge ?? "", said)).toMatch(/^(?:Refusal|UnreadableAnswer)Error$/);
});

it.each<[text: string, said: string, isSummary: boolean]>([
  ["Our policy: refunds within 30 days. We cannot refund opened software.", "I cannot summarize this policy.", false],
  ["Our policy: refunds within 30 days. We cannot refund opened software.", "We can't refund opened software.", true],
  ["Yarın gelemem, çünkü hastayım. Doktor evde kalmamı söyledi.", "I can't come tomorrow.", true],
  ["No sé cocinar. Cada lunes la vecina trae sopa.", "I can't cook, so my neighbour brings me soup.", true],
  [
    "La biblioteca no presta libros antiguos. Se pueden consultar en sala, con guantes y cita previa.",
    "The text is about a library that does not lend old books.",
    true,
  ],
  ["Nobody could sign in between 2 and 4 am, as a disk was full.", "An outage hit login for two hours.", true],
])("of %j, %j is a summary: %s", async (text, said, isSummary) => {
  expect((await summaryOf(text, said)) === said).toBe(isSummary);
});

describe.each([
  ["tuned", 51],
  ["apart", 46],
  ["later", 36],
  ["last", 30],
] as const)("of the set %s", (set, least) => {
  it(`${least} of ${fixture.refusals[set].length} refusals are told`, async () => {
    let told = 0;
    for (const { text, said } of fixture.refusals[set]) {
      if (/^(?:Refusal|ContentFilter|UnreadableAnswer)Error$/.test(await summaryOf(fixture.texts[text] ?? "", said)))
        told += 1;
    }
    expect(told).toBeGreaterThanOrEqual(least);
  });

  it.each(fixture.summaries[set])("$said is a summary", async ({ text, said }) => {
    expect(await summaryOf(text, said)).toBe(said);
  });
});
