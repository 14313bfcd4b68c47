/**
 * `regenerate_chapter` on a real HTTP server: a chapter that is changed by feedback, or fails.
 *
 * @module
 */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { regenerateChapter } from "../../../contracts/tasks/regenerate-chapter.ts";
import { type LlmServer, startLlmServer } from "../../helpers/llm-server.ts";
import { runToEnd } from "../../helpers/task-context.ts";

let server: LlmServer;
let regenerate: typeof import("../../../functions/tasks/regenerate-chapter.ts");

beforeAll(async () => {
  server = await startLlmServer();
  Object.assign(process.env, server.settings, { MAX_TOKENS: "300" });
  regenerate = await import("../../../functions/tasks/regenerate-chapter.ts");
});
afterAll(() => server.close());

const first = "The mill stood by the river. Its wheel had been broken since the flood, and nobody came.";
const second = "In winter the ice closed the weir. The miller went to town and sold his last horse there.";
const other = "The mill stood on a hill. Its sails had been torn by the storm, and nobody came.";

let asked = 0;
beforeEach(() => {
  asked = server.requests.length;
  server.always({ kind: "status", status: 500 });
});
const questions = () => server.requests.slice(asked);
const say = (...contents: string[]) =>
  server.next(...contents.map((content) => ({ kind: "answer", content }) as const));
const input = (content: string) =>
  regenerateChapter.input.parse({
    chapter: { chapter_number: 1, title: "The mill", content },
    feedback: "The mill is a windmill.",
    language: "en",
  });

describe("a chapter that is to be changed", () => {
  test("tells what is different", async () => {
    say(other);
    const { output } = await runToEnd(regenerate.run, input(first));
    expect(output.content).toBe(other);
    expect(output.changes).toMatchObject([{ kind: "changed" }, { kind: "changed" }]);
  });

  test("is asked for again where it comes back as it was", async () => {
    say(first, other);
    const { output } = await runToEnd(regenerate.run, input(first));
    expect(output.content).toBe(other);
    expect(String(questions()[1]?.body.messages.at(-1)?.content)).toContain("gave the text back as it was");
  });

  test("fails where it comes back as it was again", async () => {
    say(first, first);
    await expect(runToEnd(regenerate.run, input(first))).rejects.toMatchObject({
      name: "TextUnchangedError",
      retryable: false,
      message: expect.stringContaining("`feedback`"),
    });
    expect(questions()).toHaveLength(2);
  });

  test("may keep a section where another one is different, and fails where none is", async () => {
    const content = `## By the river\n\n${first}\n\n## Winter\n\n${second}`;
    say(other, second);
    const { output } = await runToEnd(regenerate.run, input(content));
    expect(output.content).toContain(other);
    expect(output.content).toContain(second);

    asked = server.requests.length;
    say(first, second, second);
    await expect(runToEnd(regenerate.run, input(content))).rejects.toMatchObject({ name: "TextUnchangedError" });
    expect(questions()).toHaveLength(3);
  });
});
