import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineCatalog } from "../../contracts/define-catalog.ts";
import { defineTask } from "../../contracts/define-task.ts";

const task = (name: string, more: { queue?: string; retry?: "standard" | "critical"; aliases?: string[] } = {}) =>
  defineTask({
    ...{ name, description: "A task.", queue: "reports", retry: "standard" },
    ...{ input: z.object({}), output: z.object({}) },
    ...{ timeLimit: { soft: 20, hard: 30 }, memory: 128 },
    ...more,
  });

describe("a catalog of one's own", () => {
  it("finds a task by its name, its aliases, and either as Celery spells it", () => {
    const catalog = defineCatalog({ render: task("render", { aliases: ["draw"] }) });
    for (const name of ["render", "draw", "tasks.render", "tasks.draw"]) {
      expect(catalog.findTask(name)?.name).toBe("render");
    }
    expect(catalog.findTask("paint")).toBeUndefined();
    expect(catalog.findTask("toString")).toBeUndefined();
  });

  it("has the queues of its tasks and no others, in the order of the catalog", () => {
    const catalog = defineCatalog({
      send: task("send", { queue: "mail" }),
      render: task("render"),
      bounce: task("bounce", { queue: "mail" }),
    });
    expect(catalog.queues.map(({ name, tasks }) => [name, tasks.map((each) => each.name)])).toEqual([
      ["mail", ["send", "bounce"]],
      ["reports", ["render"]],
    ]);
    expect(() => catalog.queueOf("summarize")).toThrow("There is no queue summarize.");
  });

  it.each([
    ["a task under another name", () => defineCatalog({ paint: task("render") }), /lists task render as paint/],
    [
      "two tasks of one name",
      () => defineCatalog({ render: task("render"), draw: task("draw", { aliases: ["render"] }) }),
      /Two tasks are called render/,
    ],
    [
      "two retry classes on one queue",
      () => defineCatalog({ render: task("render"), pay: task("pay", { retry: "critical" }) }),
      /Queue reports must hold one retry class/,
    ],
  ])("refuses %s", (_case, make, message) => expect(make).toThrow(message));
});
