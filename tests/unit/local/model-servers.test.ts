import { createServer, type RequestListener, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { modelServerHint } from "../../../local/model-servers.ts";

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port.");
  return address.port;
}

const models =
  (...data: readonly { readonly id: string; readonly owned_by?: unknown }[]): RequestListener =>
  (request, response) => {
    if (request.method !== "GET" || request.url !== "/v1/models") response.writeHead(404).end();
    else response.end(JSON.stringify({ object: "list", data }));
  };

const hintFor = async (answer: RequestListener) => {
  const port = await listen(answer);
  return { port, hint: await modelServerHint({ except: 1, ports: [{ port, program: "Ollama" }] }) };
};

describe("a model server on this machine", () => {
  it("is named with the settings that use it", async () => {
    const { port, hint } = await hintFor(models({ id: "qwen3:4b", owned_by: "library" }));

    expect(hint).toContain(
      `LLM_BACKEND=openai-compatible LLM_SERVER_URL=http://127.0.0.1:${port}/v1 LLM_MODEL=qwen3:4b npm start`,
    );
    expect(hint).not.toContain("\n");
  });

  it.each(["llamacpp", "vllm"])("is used as %s when its models say so", async (ownedBy) => {
    const { hint } = await hintFor(models({ id: "/models/a b.gguf", owned_by: ownedBy }));

    expect(hint).toContain(`LLM_BACKEND=${ownedBy} `);
    expect(hint).toContain("LLM_MODEL='/models/a b.gguf' npm start");
  });

  it("offers a model for texts, not one for embeddings", async () => {
    const { hint } = await hintFor(models({ id: "nomic-embed-text:latest" }, { id: "gemma3:1b" }));

    expect(hint).toContain("LLM_MODEL=gemma3:1b npm start It lists 2 models.");
  });

  it("is the first by the order of the ports, and never the stack itself", async () => {
    const own = await listen(models({ id: "own" }));
    const first = await listen(models({ id: "first" }));
    const second = await listen(models({ id: "second" }));
    const ports = [own, first, second].map((port) => ({ port, program: "vLLM" }));

    expect(await modelServerHint({ except: own, ports })).toContain("LLM_MODEL=first ");
  });
});

describe("silence", () => {
  it.each<[string, RequestListener]>([
    ["another program", (_, response) => response.end("<html>Jenkins</html>")],
    ["other JSON", (_, response) => response.end('{"data": "none"}')],
    ["an error", (_, response) => response.writeHead(401).end('{"data": []}')],
    ["no model", models()],
    ["only models for embeddings", models({ id: "multilingual-e5-small-q4" })],
    ["names that would steer the terminal", models({ id: "a\u001b[2Jb" }, { id: "x'; rm -rf ~ '" })],
    ["a redirect", (_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/v1/models" }).end()],
    ["an answer without end", (_, response) => void response.write("[")],
    ["no answer at all", () => {}],
  ])("about %s", async (_, answer) => {
    expect((await hintFor(answer)).hint).toBeUndefined();
  });

  it("where nothing listens", async () => {
    const port = await listen(models({ id: "gone" }));
    await new Promise((resolve) => servers.pop()?.close(resolve));

    expect(await modelServerHint({ except: 1, ports: [{ port, program: "vLLM" }] })).toBeUndefined();
  });
});
