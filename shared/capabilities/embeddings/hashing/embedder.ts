/**
 * The embedded embedder: feature hashing. Every word gives itself and its letter groups; each feature adds its
 * weight, with a sign, to one of the vector's dimensions, both picked by a hash (Weinberger et al., "Feature Hashing
 * for Large Scale Multitask Learning", ICML 2009: the sign makes collisions cancel out on average). Texts that share
 * stems or parts of compounds come near each other. It is not a language model: it knows no synonyms, no meaning
 * and no translation.
 *
 * @module
 */

import { InvalidInputError } from "../../../../contracts/errors.ts";
import type { Embedder } from "../embedder.ts";
import { featuresOf, wordsOf } from "./features.ts";

/** Name and version: part of every index's name, so that vectors of two versions are never mixed. */
export const HASHING_MODEL = "hash-v1";

/** 32-bit FNV-1a with the finalizer of MurmurHash3, without which its low bits are poor. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let position = 0; position < text.length; position++) {
    value = Math.imul(value ^ text.charCodeAt(position), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

interface HashedFeature {
  readonly hash: number;
  readonly weight: number;
}

/** Words come again and again; their features are the costly part. */
const CACHED_WORDS = 20_000;
const cache = new Map<string, readonly HashedFeature[]>();

function hashedFeatures(word: string): readonly HashedFeature[] {
  const known = cache.get(word);
  if (known) return known;
  const features = featuresOf(word).map(({ text, weight }) => ({ hash: hash(text), weight }));
  if (cache.size >= CACHED_WORDS) cache.clear();
  cache.set(word, features);
  return features;
}

/**
 * The vector of a text, of length 1.
 * @throws InvalidInputError when the text holds no letter and no digit
 */
export function hashText(text: string, dimensions: number): Float32Array {
  const counts = new Map<string, number>();
  for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  if (counts.size === 0) throw new InvalidInputError("The text holds no word to embed.");

  const sums = new Float64Array(dimensions);
  for (const [word, count] of counts) {
    // A word's tenth repetition adds less than its first.
    const frequency = 1 + Math.log(count);
    for (const feature of hashedFeatures(word)) {
      // The highest bit gives the sign, the others the dimension.
      const dimension = (feature.hash & 0x7fffffff) % dimensions;
      const sign = feature.hash >>> 31 === 0 ? 1 : -1;
      sums[dimension] = (sums[dimension] ?? 0) + sign * frequency * feature.weight;
    }
  }
  const length = Math.hypot(...sums);
  if (length === 0) throw new InvalidInputError("The text's features cancel out.");
  return Float32Array.from(sums, (sum) => sum / length);
}

/** @param dimensions more of them mean fewer collisions */
export function hashingEmbedder(dimensions: number): Embedder {
  return {
    name: "embedded",
    model: HASHING_MODEL,
    dimensions,
    async embed(texts, signal) {
      return texts.map((text) => {
        signal.throwIfAborted();
        return hashText(text, dimensions);
      });
    },
  };
}
