/**
 * The official client of the protocol's Tasks extension, over the transport of an agent's program.
 *
 * The SDK's client refuses results that it does not know, so that the extension's library sends its requests beside it, and
 * asks whoever uses it to put both onto one transport.
 *
 * @module
 */

import { Client, type JSONRPCMessage, type Transport } from "@modelcontextprotocol/client";
import type { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

/** Version 0.2 of a young library: the project compiles without it, and this file says what it uses of it. */
const library: string = "@modelcontextprotocol/ext-tasks/client";

interface Task {
  readonly taskId: string;
  readonly status: "working" | "input_required" | "completed" | "failed" | "cancelled";
  readonly retentionMs: number | null;
  readonly suggestedPollIntervalMs?: number;
}

type Outcome = { readonly status: "completed"; readonly result: object } | { readonly status: "failed" | "cancelled" };

interface Execution {
  readonly kind: "immediate" | "task";
  readonly handle?: { readonly taskId: string };
  settle(options?: { onEvent(event: { type: "task"; task: Task } | { type: "outcome" }): void }): Promise<{
    readonly outcome: Outcome;
    readonly lastTask?: Task;
  }>;
  cancel(): Promise<void>;
  serializeReference(): object;
  detach(): Promise<void>;
}

interface TaskSession {
  callTool(name: string, args: object): Promise<Execution>;
  resumeTask(reference: object): Promise<Execution>;
  task(taskId: string): { snapshot(): Promise<Task>; cancel(): Promise<void>; update(answers: object): Promise<void> };
  close(): Promise<void>;
}

const protocolVersion = "2026-07-28";
const clientInfo = { name: "test", version: "1" };

/** Connects, and opens a session whose calls may be answered with tasks. */
export async function openTaskSession(inner: StdioClientTransport) {
  const client = new Client(clientInfo, { versionNegotiation: { mode: { pin: protocolVersion } } });
  const transport = new SharedTransport(inner);
  await client.connect(transport);
  const { createTaskSessionFromClient } = await import(library);
  const session: TaskSession = createTaskSessionFromClient(client, {
    endpointId: "sluice",
    rawDispatch: transport.dispatch,
    v2RequestFraming: { protocolVersion, clientInfo, clientCapabilities: {} },
  });
  return {
    client,
    session,
    /** A request of a client that has not said that it knows tasks. */
    askWithoutTasks: (method: string, params: object) => transport.ask({ method, params: withMeta(params, {}) }),
    /** A request of one that has, with its answer as it is. */
    askWithTasks: (method: string, params: object) =>
      transport.ask({ method, params: withMeta(params, { extensions: { "io.modelcontextprotocol/tasks": {} } }) }),
    [Symbol.asyncDispose]: async () => {
      await session.close();
      await client.close();
    },
  };
}

const withMeta = (params: object, capabilities: object) => ({
  ...params,
  _meta: {
    "io.modelcontextprotocol/protocolVersion": protocolVersion,
    "io.modelcontextprotocol/clientInfo": clientInfo,
    "io.modelcontextprotocol/clientCapabilities": capabilities,
  },
});

/** A transport of the SDK's client that lets others ask, too. */
class SharedTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #inner: StdioClientTransport;
  readonly #waiting = new Map<string, (message: JSONRPCMessage) => void>();
  #asked = 0;

  constructor(inner: StdioClientTransport) {
    this.#inner = inner;
    inner.onclose = () => this.onclose?.();
    inner.onerror = (error) => this.onerror?.(error);
    inner.onmessage = (message) => {
      const id = "id" in message && typeof message.id === "string" ? message.id : "";
      const settle = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (settle === undefined) this.onmessage?.(message);
      else settle(message);
    };
  }

  start = () => this.#inner.start();
  close = () => this.#inner.close();
  send = (message: JSONRPCMessage) => this.#inner.send(message);

  async ask(request: { readonly method: string; readonly params?: Record<string, unknown> }) {
    const id = `task-${++this.#asked}`;
    const answered = new Promise<JSONRPCMessage>((resolve) => this.#waiting.set(id, resolve));
    await this.#inner.send({ jsonrpc: "2.0", id, ...request });
    return await answered;
  }

  /** As the library has it: an answer with its kind beside it. */
  dispatch = async (request: { readonly method: string }) => {
    const answer = await this.ask(request);
    return { ...answer, kind: "error" in answer ? "error" : "result" };
  };
}
