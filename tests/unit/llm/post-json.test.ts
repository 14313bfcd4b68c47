import { expect, test } from "vitest";
import { postJson } from "../../../shared/capabilities/llm/post-json.ts";

test.each([
  ["iso-8859-1", "latin1"],
  ["utf-16le", "utf16le"],
  ["UTF-8", "utf8"],
  ["nonsense", "utf8"],
] as const)("a reply is read in the character set that it names: %s", async (charset, encoding) => {
  const { body } = await postJson({
    url: "http://127.0.0.1/v1",
    body: {},
    key: undefined,
    signal: new AbortController().signal,
    fetch: async () =>
      new Response(Buffer.from('{"a":"Fluß"}', encoding), {
        headers: { "content-type": `application/json; charset="${charset}"` },
      }),
  });

  expect(body).toBe('{"a":"Fluß"}');
});
