import type { WeightedGraph } from "./page-rank.ts";

const K1 = 1.2;
const B = 0.75;

const frequencies = (stems: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  return counts;
};

/**
 * Similarity of sentences by BM25, with each sentence as the query of all others, as an undirected graph. Built from an
 * inverted index, so that sentences without a common word cost nothing.
 *
 * Source: Barrios et al., "Variations of the Similarity Function of TextRank for Automated Summarization" (2016), which
 * measured BM25 ahead of TextRank's own overlap.
 * @param documents the stems of each sentence's content words
 */
export function sentenceGraph(documents: readonly (readonly string[])[]): WeightedGraph {
  const counts = documents.map(frequencies);
  const postings = new Map<string, [sentence: number, count: number][]>();
  counts.forEach((terms, sentence) => {
    for (const [stem, count] of terms) {
      const list = postings.get(stem);
      if (list) list.push([sentence, count]);
      else postings.set(stem, [[sentence, count]]);
    }
  });
  const total = documents.reduce((sum, stems) => sum + stems.length, 0);
  const average = Math.max(1, total / Math.max(1, documents.length));

  const graph = documents.map(() => new Map<number, number>());
  counts.forEach((terms, query) => {
    for (const stem of terms.keys()) {
      const list = postings.get(stem) ?? [];
      // The idf that is never negative, so that words of most sentences weigh little instead of pulling apart.
      const idf = Math.log(1 + (documents.length - list.length + 0.5) / (list.length + 0.5));
      for (const [sentence, count] of list) {
        if (sentence === query) continue;
        const length = (documents[sentence]?.length ?? 0) / average;
        const weight = (idf * count * (K1 + 1)) / (count + K1 * (1 - B + B * length));
        graph[query]?.set(sentence, (graph[query]?.get(sentence) ?? 0) + weight);
        graph[sentence]?.set(query, (graph[sentence]?.get(query) ?? 0) + weight);
      }
    }
  });
  return graph;
}
