import { expect, it } from "vitest";
import { RecentAnswers } from "../../../functions/api/recent-answers.ts";

it("gives an answer again while it is young enough, by key", async () => {
  const recent = new RecentAnswers<number>();
  let made = 0;
  const ask = (key: string, now: number, maxAgeMs: number) => recent.get(key, { now, maxAgeMs }, async () => ++made);

  expect(await ask("all", 0, 30_000)).toBe(1);
  expect(await ask("all", 29_999, 30_000)).toBe(1);
  expect(await ask("acme", 29_999, 30_000)).toBe(2);
  expect(await ask("all", 29_999, 0)).toBe(3);
  expect(await ask("all", 30_000, 30_000)).toBe(3);
  expect(await ask("all", 60_000, 30_000)).toBe(4);
});

it("does not keep an answer that failed", async () => {
  const recent = new RecentAnswers<number>();
  const fresh = { now: 0, maxAgeMs: 1_000 };
  await expect(recent.get("all", fresh, () => Promise.reject(new Error("throttled")))).rejects.toThrow("throttled");
  expect(await recent.get("all", fresh, async () => 7)).toBe(7);
});

it("keeps a bounded number of answers", async () => {
  const recent = new RecentAnswers<number>();
  let made = 0;
  const ask = (key: string) => recent.get(key, { now: 0, maxAgeMs: 1_000 }, async () => ++made);
  for (let index = 0; index <= 100; index++) await ask(`tenant-${index}`);
  expect(await ask("tenant-100")).toBe(101);
  expect(await ask("tenant-0")).toBe(102);
});
