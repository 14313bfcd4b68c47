import { expect, it } from "vitest";
import { inGroups } from "../../../shared/lib/groups.ts";

it("an error is thrown when all of its group has ended, and no other group begins", async () => {
  const ended: number[] = [];
  const working = inGroups(
    [1, 2, 3, 4],
    async (item) => {
      if (item === 1) throw new Error("one");
      await new Promise((resolve) => setImmediate(resolve));
      ended.push(item);
    },
    2,
  );

  await expect(working).rejects.toThrow("one");

  expect(ended).toEqual([2]);
});
