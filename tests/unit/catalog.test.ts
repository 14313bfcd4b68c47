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

  it("knows which tasks ask a language model, by themselves or by the jobs that they submit", () => {
    const catalog = defineCatalog({
      write: Object.assign(task("write"), { uses: ["llm"] }),
      review: Object.assign(task("review"), { submits: ["review", "write", "gone"] }),
      publish: Object.assign(task("publish"), { submits: ["review"] }),
      render: Object.assign(task("render"), { submits: ["render"], uses: ["files"] }),
    });
    const asking = catalog.taskNames.filter((name) => {
      const found = catalog.findTask(name);
      return found !== undefined && catalog.asksModel(found);
    });
    expect(asking).toEqual(["write", "review", "publish"]);
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

  it("has the queues of a size, and knows those that a stage of another size had", () => {
    const full = defineCatalog({
      render: task("render"),
      summarize: task("summarize", { queue: "summarize" }),
      keywords: task("keywords", { queue: "keywords" }),
    });
    const small = full.withSize("small");
    expect(small.queues.map(({ name, lanes }) => [name, ...lanes])).toEqual([
      ["reports", "low"],
      ["language", "low"],
    ]);
    expect([full.formerQueues, small.formerQueues]).toEqual([["language"], ["summarize", "keywords"]]);
    expect(small.withSize("full").queues.map(({ name }) => name)).toEqual(["reports", "summarize", "keywords"]);
    const less = full.withFamilies(new Set(["core"])).withSize("small");
    expect([less.taskNames, less.formerQueues, less.familyLeftOut("keywords")]).toEqual([["render"], [], "language"]);
  });

  it("leaves out families, and says of their tasks which one that is", () => {
    const catalog = defineCatalog({
      render: task("render"),
      summarize: task("summarize", { queue: "summarize", aliases: ["shorten"] }),
      rule: Object.assign(task("rule", { queue: "document" }), { scope: "admin", functionPaths: ["app.rules.rule"] }),
    });
    const less = catalog.withFamilies(new Set(["core"]));
    expect(less.taskNames).toEqual(["render"]);
    expect(less.queues.map(({ name }) => name)).toEqual(["reports"]);
    for (const name of ["summarize", "shorten", "tasks.shorten"]) {
      expect(less.findTask(name)).toBeUndefined();
      expect(less.familyLeftOut(name)).toBe("language");
    }
    expect(less.familyLeftOut("app.rules.rule")).toBe("documents");
    for (const name of ["render", "paint"]) expect(less.familyLeftOut(name)).toBeUndefined();
    // Jobs of them may be in the table still, and are not for everyone to see.
    expect([...less.adminTasks]).toEqual(["rule"]);
  });
});
