/**
 * llama.cpp's backend reads streams, and closes the connection when nobody waits for the answer any more: seen on the
 * bare TCP connection of a server that writes a token every few milliseconds until it cannot.
 *
 * @module
 */

import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { ConnectionError, LLMServerError, LLMTimeoutError, SoftTimeLimitExceeded } from "../../../contracts/errors.ts";
import { llmSettings } from "../../../contracts/settings/llm.ts";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import type { Generation } from "../../../shared/capabilities/llm/backend.ts";
import { languageModel } from "../../../shared/capabilities/llm/backends.ts";

const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const event = (value: unknown) => chunk(`data: ${JSON.stringify(value)}\n\n`);
const delta = (piece: object, finish_reason: string | null = null) =>
  event({ model: "served", choices: [{ index: 0, delta: piece, finish_reason }] });
const END = chunk("data: [DONE]\n\n") + chunk("");

/** A TCP server that hands each connection on once its request is there. */
async function tcpServer(answer: (socket: Socket, request: string) => void) {
  const server = createServer((socket) => {
    let request = "";
    socket.on("error", () => {});
    socket.on("data", (data) => {
      request += data;
      if (request.endsWith("}")) answer(socket, request);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const LLM_SERVER_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const generate = async (signal = new AbortController().signal, env: Record<string, string> = {}) => {
    const settings = parseSettings(llmSettings, { LLM_BACKEND: "llamacpp", LLM_SERVER_URL, ...env });
    const generation: Generation = { system: "", prompt: "Go on.", task: { name: "test", input: {} }, signal };
    return await (await languageModel(settings)).generate(generation);
  };
  return { generate, [Symbol.asyncDispose]: async () => void server.close() };
}

/** A server that answers as llama.cpp does: a token every 10 ms, of which only a stream's reader can be seen to leave. */
async function endlessServer() {
  const seen = { tokens: 0, closed: Promise.withResolvers<"FIN" | "RST">(), started: Promise.withResolvers<void>() };
  const server = await tcpServer((socket, request) => {
    if (!/"stream":true/.test(request)) {
      // Continues to its end, whoever listens.
      setInterval(() => seen.tokens++, 10).unref();
      setTimeout(seen.started.resolve, 50);
      return;
    }
    socket.write(HEAD);
    const timer = setInterval(() => {
      socket.write(delta({ content: "on " }));
      if (++seen.tokens === 5) seen.started.resolve();
    }, 10);
    const stop = (how: "FIN" | "RST") => () => {
      clearInterval(timer);
      seen.closed.resolve(how);
    };
    socket.on("end", stop("FIN")).on("error", stop("RST")).on("close", stop("RST"));
  });
  return { ...server, seen };
}

describe("a run that ends", () => {
  test.each([
    ["a revoke", new Error("The job was revoked.")],
    ["a lost lease", new Error("The job's lease was lost.")],
    ["the soft limit", new SoftTimeLimitExceeded("too long")],
  ])(
    "by %s closes the connection, and the server stops",
    async (_, reason) => {
      await using server = await endlessServer();
      const abort = new AbortController();
      const answer = server.generate(abort.signal);
      answer.catch(() => {});
      await server.seen.started.promise;

      abort.abort(reason);

      await expect(answer).rejects.toBe(reason);
      expect(["FIN", "RST"]).toContain(await server.seen.closed.promise);
      const { tokens } = server.seen;
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect(server.seen.tokens).toBe(tokens);
    },
    5_000,
  );

  test("by LLM_TIMEOUT_SECONDS closes it, too, though tokens keep arriving", async () => {
    await using server = await endlessServer();

    await expect(server.generate(undefined, { LLM_TIMEOUT_SECONDS: "0.3" })).rejects.toThrow(LLMTimeoutError);

    expect(["FIN", "RST"]).toContain(await server.seen.closed.promise);
  }, 5_000);
});

describe("a stream", () => {
  const answerOf = async (...pieces: string[]) => {
    await using server = await tcpServer((socket) => void socket.end(HEAD + pieces.join("")));
    return await server.generate();
  };

  test("becomes one answer with text, thoughts, tool calls, finish reason, model and usage", async () => {
    const answer = await answerOf(
      delta({ role: "assistant", content: null }),
      delta({ reasoning_content: "Hm" }),
      delta({ reasoning_content: "m." }),
      delta({ content: "Grü" }),
      delta({ content: "ße" }),
      delta({ tool_calls: [{ index: 0, function: { name: "f", arguments: '{"a"' } }] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: ":1}" } }] }),
      delta({}, "length"),
      event({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 3 } }),
      END,
    );

    expect(answer).toEqual({
      text: "Grüße",
      reasoning: "Hmm.",
      toolArguments: ['{"a":1}'],
      finish: "length",
      finishReason: "length",
      usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10, model: "served" },
    });
  });

  test("of a plain completion, with its text in place of a message, is read", async () => {
    await using server = await tcpServer((socket) => {
      const piece = (text: string, finish_reason: string | null) =>
        event({ choices: [{ index: 0, text, finish_reason }] });
      socket.end(HEAD + piece("Go", null) + piece(" on.", "stop") + END);
    });

    expect(await server.generate()).toMatchObject({ text: "Go on.", finish: "stop" });
  });

  test("whose end is missing is not an answer, and tried again", async () => {
    await expect(answerOf(delta({ content: "Half a" }), chunk(""))).rejects.toThrow(ConnectionError);
    await expect(answerOf(delta({ content: "Half a" }))).rejects.toThrow(ConnectionError);
  });

  test("that turns into an error is that error", async () => {
    const error = { error: { code: 500, message: "the slot was lost", type: "server_error" } };

    await expect(answerOf(delta({ content: "Half a" }), event(error), END)).rejects.toThrow(LLMServerError);
    await expect(
      answerOf(delta({ content: "Half a" }), chunk(`error: ${JSON.stringify(error.error)}\n\n`), END),
    ).rejects.toThrow(LLMServerError);
  });

  test("is not asked for again where it is refused", async () => {
    const requests: string[] = [];
    await using server = await tcpServer((socket, request) => {
      requests.push(request);
      const isRefused = /"stream":true/.test(request);
      const body = JSON.stringify(
        isRefused
          ? { error: { message: "Unknown parameter: stream_options" } }
          : { choices: [{ message: { content: "Whole." } }] },
      );
      const status = isRefused ? "400 Bad Request" : "200 OK";
      socket.end(
        `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
    });

    expect(await server.generate()).toMatchObject({ text: "Whole." });
    expect(requests).toHaveLength(2);
  });
});
