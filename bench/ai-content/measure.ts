/**
 * Measures detect_ai_content on texts of known origin, or fits its models to half of them.
 *
 *     node bench/ai-content/measure.ts human-en.jsonl machine-en.jsonl ...
 *     node bench/ai-content/measure.ts --fit FILES...
 *
 * The files are those of human_texts.py and machine_texts.py. Of each file, the texts on odd lines fit the models; the
 * error rates are those of the others, which are kept apart.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { detectAiContent } from "../../shared/capabilities/evaluation/ai-content/detect.ts";
import { sampleOf } from "../../shared/capabilities/evaluation/ai-content/sample.ts";
import {
  measureSignals,
  type SignalName,
  signalNames,
} from "../../shared/capabilities/evaluation/ai-content/signals.ts";

const textSchema = z.object({
  id: z.string(),
  language: z.enum(["en", "de"]),
  origin: z.enum(["human", "machine"]),
  source: z.string(),
  text: z.string(),
});
type Text = z.infer<typeof textSchema>;

const { values: options, positionals: files } = parseArgs({
  options: { fit: { type: "boolean" } },
  allowPositionals: true,
});
const read = (file: string): Text[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => textSchema.parse(JSON.parse(line)));
const texts = files.map(read);
const tuning = texts.flatMap((each) => each.filter((_, index) => index % 2 === 0));
const apart = texts.flatMap((each) => each.filter((_, index) => index % 2 === 1));

const mean = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
const short = (value: number) => Number(value.toPrecision(3));

/**
 * Which way a signal may point. Without it, the few texts teach what is an accident of how a model was sampled: with a penalty on
 * repetition its words vary more than a person's, and a text that loops would then look human.
 */
const directions: Readonly<Partial<Record<SignalName, 1 | -1>>> = {
  sentence_length_variation: -1,
  word_entropy: -1,
  repeated_pairs: 1,
  variety_of_openings: -1,
  marks: -1,
  particulars: -1,
  stock_phrases: 1,
};

/** How strongly weights are held to 0: the texts are few. */
const RIDGE = 0.1;
const STEPS = 20_000;
const STEP = 0.05;

/** A logistic model by gradient descent; both origins weigh the same, however many texts each has. */
function modelFor(language: Text["language"]) {
  const own = tuning.filter((text) => text.language === language);
  const rows = own.map(({ text }) => measureSignals(sampleOf(text, language), language));
  const scales = signalNames.map((name) => {
    const all = rows.map((row) => row[name]);
    const average = mean(all);
    const deviation = Math.sqrt(mean(all.map((value) => (value - average) ** 2))) || 1;
    return { name, mean: average, deviation };
  });
  const inputs = rows.map((row) =>
    scales.map(({ name, mean: average, deviation }) => Math.max(-3, Math.min(3, (row[name] - average) / deviation))),
  );
  const machines = own.filter(({ origin }) => origin === "machine").length;
  const shares = own.map(({ origin }) => 0.5 / (origin === "machine" ? machines : own.length - machines));
  const weights = scales.map(() => 0);
  let bias = 0;
  for (let step = 0; step < STEPS; step++) {
    const errors = inputs.map((row, index) => {
      const sum = row.reduce((total, value, at) => total + value * (weights[at] ?? 0), bias);
      return ((own[index]?.origin === "machine" ? 1 : 0) - 1 / (1 + Math.exp(-sum))) * (shares[index] ?? 0);
    });
    bias += STEP * errors.reduce((sum, each) => sum + each, 0);
    for (const at of weights.keys()) {
      const slope = errors.reduce((sum, error, index) => sum + error * (inputs[index]?.[at] ?? 0), 0);
      const next = (weights[at] ?? 0) + STEP * (slope - (RIDGE * (weights[at] ?? 0)) / weights.length);
      const direction = directions[scales[at]?.name ?? "commas"];
      weights[at] = direction !== undefined && next * direction < 0 ? 0 : next;
    }
  }
  const signals = Object.fromEntries(
    scales.map(({ name, ...scale }, at) => [
      name,
      { mean: short(scale.mean), deviation: short(scale.deviation), weight: short(weights[at] ?? 0) },
    ]),
  );
  return { bias: short(bias), signals };
}

function tell(title: string, some: readonly Text[]): void {
  const verdicts = some.map(({ text, language }) => detectAiContent(text, language));
  const count = (verdict: string) => verdicts.filter((each) => each.verdict === verdict).length;
  const scores = verdicts.flatMap(({ score }) => (score === null ? [] : [score]));
  const cells = [some.length, count("likely_human"), count("unclear"), count("likely_machine"), count("too_short")];
  process.stdout.write(`| ${title} | ${cells.join(" | ")} | ${mean(scores).toFixed(2)} |\n`);
}

if (options.fit) {
  process.stdout.write(`${JSON.stringify({ en: modelFor("en"), de: modelFor("de") }, null, 2)}\n`);
} else {
  process.stdout.write(
    "| texts | number | human | unclear | machine | too short | mean score |\n|---|---|---|---|---|---|---|\n",
  );
  for (const [half, some] of [
    ["fitted", tuning],
    ["kept apart", apart],
  ] as const) {
    for (const [key, group] of Map.groupBy(some, (text) => `${text.language}, ${text.origin}, ${text.source}`)) {
      tell(`${key}, ${half}`, group);
    }
  }
}
