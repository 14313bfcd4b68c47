/** A weighted graph as adjacency lists: `edges[i]` maps neighbours of node i to weights. */
export type WeightedGraph = readonly ReadonlyMap<number, number>[];

const DAMPING = 0.85;
const MAX_ROUNDS = 60;
const TOLERANCE = 1e-7;

/**
 * PageRank over a weighted graph with a biased restart, as TextRank and PositionRank use it.
 *
 * Sources: Mihalcea & Tarau, "TextRank: Bringing Order into Texts" (EMNLP 2004); Florescu & Caragea, "PositionRank"
 * (ACL 2017) for the bias.
 * @param bias how likely a restart lands on each node; need not sum to 1
 * @returns a score per node, summing to 1
 */
export function pageRank(graph: WeightedGraph, bias: readonly number[]): number[] {
  const size = graph.length;
  if (size === 0) return [];
  const biasSum = bias.reduce((sum, value) => sum + value, 0);
  const restart = bias.map((value) => (biasSum > 0 ? value / biasSum : 1 / size));
  const outgoing = graph.map((edges) => [...edges.values()].reduce((sum, weight) => sum + weight, 0));

  let scores = restart;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = new Array<number>(size).fill(0);
    let dangling = 0;
    graph.forEach((edges, from) => {
      const score = scores[from] ?? 0;
      const total = outgoing[from] ?? 0;
      if (total === 0) dangling += score;
      else for (const [to, weight] of edges) next[to] = (next[to] ?? 0) + (score * weight) / total;
    });
    let change = 0;
    const updated = next.map((value, node) => {
      const score = DAMPING * (value + dangling * (restart[node] ?? 0)) + (1 - DAMPING) * (restart[node] ?? 0);
      change += Math.abs(score - (scores[node] ?? 0));
      return score;
    });
    scores = updated;
    if (change < TOLERANCE) break;
  }
  return scores;
}
