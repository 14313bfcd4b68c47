import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../contracts/errors.ts";
import { hashingEmbedder, hashText } from "../../../shared/capabilities/embeddings/hashing/embedder.ts";
import { fold } from "../../../shared/capabilities/embeddings/hashing/features.ts";
import { type LabelledQuery, projects, queries } from "../../fixtures/labelled-projects.ts";

const signal = new AbortController().signal;

const cosine = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, position) => sum + value * (b[position] ?? 0), 0);
const similarity = (a: string, b: string, dimensions = 384): number =>
  cosine(hashText(a, dimensions), hashText(b, dimensions));

describe("the hashing embedder", () => {
  it("gives vectors of length 1, the same for the same text", async () => {
    const embedder = hashingEmbedder(768);

    const [a, b] = await embedder.embed(["Ein Text über Brücken.", "Ein Text über Brücken."], signal);

    expect(a).toHaveLength(768);
    expect(a).toEqual(b);
    expect(Math.hypot(...(a ?? []))).toBeCloseTo(1, 5);
  });

  // Stored vectors outlive the code: whoever changes these values must raise the version in HASHING_MODEL.
  it("never changes within a version", () => {
    const vector = hashText("Straßenbrücken: inspection of bridges", 384);

    const strongest = [...vector.entries()].sort((a, b) => Math.abs(b[1]) - Math.abs(a[1])).slice(0, 4);
    expect(strongest.map(([dimension, value]) => `${dimension}: ${value.toFixed(4)}`)).toEqual([
      "215: -0.2723",
      "351: 0.2723",
      "73: -0.1889",
      "358: -0.1883",
    ]);
  });

  it.each([
    ["case and accents", "Café Zürich", "CAFE ZURICH"],
    ["umlauts and their transcriptions", "Überprüfung der Größe", "Ueberpruefung der Groesse"],
    ["composed and decomposed letters", "Müll", "Mu\u0308ll"],
    ["punctuation and space", "rust, cracks; drones!", "rust cracks\n\tdrones"],
  ])("takes no notice of %s", (_, a, b) => {
    expect(similarity(a, b)).toBeCloseTo(1, 5);
  });

  it("keeps an e that belongs to a vowel before it", () => {
    expect(fold("Feuer queue Schnee Poesie")).toBe("feuer queue schnee posie");
  });

  it.each([
    ["an inflection", "irrigation of vineyards", "irrigate a vineyard", "museum tickets online"],
    ["a compound's part", "Rechnungsverarbeitung", "Verarbeitung von Rechnungen", "Wettervorhersage für Windparks"],
    ["a typing mistake", "recommendation engine", "recomendation engin", "supplier invoices"],
  ])("brings %s nearer than another subject", (_, text, near, far) => {
    expect(similarity(text, near)).toBeGreaterThan(similarity(text, far) + 0.2);
  });

  it("weighs stop words little", () => {
    expect(similarity("the output of a panel", "output panel")).toBeGreaterThan(0.95);
    expect(similarity("the and of with", "der die das")).toBeLessThan(0.5);
  });

  it("counts repetition less than proportionally", () => {
    const once = similarity("rust crack bridge", "rust");
    expect(similarity(`${"rust ".repeat(50)}crack bridge`, "rust")).toBeGreaterThan(once);
    expect(similarity(`${"rust ".repeat(50)}crack bridge`, "crack")).toBeGreaterThan(0.1);
  });

  it.each(["", "  \n", "?!… 🚀"])("refuses a text without a word: %j", async (text) => {
    await expect(hashingEmbedder(384).embed([text], signal)).rejects.toThrow(InvalidInputError);
  });

  it("stops when its signal is aborted", async () => {
    const reason = new Error("time is up");
    await expect(hashingEmbedder(384).embed(["text"], AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe.each([384, 768, 1024])("search over 40 labelled projects with %d dimensions", (dimensions) => {
  const vectors = Object.entries(projects).map(([id, text]) => ({ id, vector: hashText(text, dimensions) }));

  function rankOf(query: LabelledQuery): number {
    const target = hashText(query.text, dimensions);
    const ranked = vectors
      .map(({ id, vector }) => ({ id, score: cosine(target, vector) }))
      .sort((a, b) => b.score - a.score);
    return 1 + ranked.findIndex(({ id }) => query.answers.includes(id));
  }

  it("finds the answer among the first three for at least 17 of 18 paraphrases that share stems", () => {
    const found = queries.filter(({ sharesStems }) => sharesStems).filter((query) => rankOf(query) <= 3);
    expect(found.length).toBeGreaterThanOrEqual(17);
  });

  it("does not find synonyms: it is not a language model", () => {
    const found = queries.filter(({ sharesStems }) => !sharesStems).filter((query) => rankOf(query) === 1);
    expect(found).toEqual([]);
  });
});
