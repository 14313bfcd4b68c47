import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CallbackUrlError, WebhookDeliveryError, WebhookGoneError } from "../../../contracts/webhooks/errors.ts";
import type { WebhookPayload } from "../../../contracts/webhooks/webhooks.ts";
import { deliverWebhook } from "../../../shared/capabilities/webhooks/deliver.ts";
import { newWebhookSecret } from "../../../shared/capabilities/webhooks/sign.ts";

const payload: WebhookPayload = {
  type: "task.succeeded",
  timestamp: "2026-11-28T10:00:02.000Z",
  data: {
    success: true,
    data: { task_id: "t", task_name: "summarize", status: "SUCCESS", response: { summary: "ä" }, usage: null },
  },
};
const secret = newWebhookSecret();

describe("deliverWebhook", () => {
  let server: Server;
  let url: string;
  let received: { headers: IncomingHttpHeaders; body: string }[] = [];
  let answer: { status: number; headers?: Record<string, string> } = { status: 200 };

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(answer.status, answer.headers).end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  beforeEach(() => {
    received = [];
    answer = { status: 200 };
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const deliver = (changed: Partial<Parameters<typeof deliverWebhook>[0]> = {}) =>
    deliverWebhook({
      url,
      id: "job.1",
      payload,
      secrets: [secret],
      settings: { WEBHOOK_ALLOW_HTTP: false, WEBHOOK_ALLOW_LOOPBACK: true },
      signal: new AbortController().signal,
      now: Date.now,
      ...changed,
    });

  it("sends a request that a receiver with the reference library verifies", async () => {
    expect(await deliver()).toMatchObject({ status: 200 });
    const [request] = received;
    expect(request?.headers["content-type"]).toBe("application/json");
    expect(request?.headers["webhook-id"]).toBe("job.1");
    const headers = request?.headers as Record<string, string>;
    expect(new Webhook(secret).verify(request?.body ?? "", headers)).toEqual(payload);
  });

  it.each([400, 404, 500, 503, 301, 302, 308])("a receiver that answers %i is asked again", async (status) => {
    answer = { status, headers: { location: url } };
    await expect(deliver()).rejects.toThrow(WebhookDeliveryError);
    expect(received).toHaveLength(1);
  });

  it("waits as long as the receiver asks", async () => {
    answer = { status: 429, headers: { "retry-after": "120" } };
    await expect(deliver()).rejects.toMatchObject({ retryAfterSeconds: 120, retryable: true });
  });

  it("a receiver that answers 410 is not asked again", async () => {
    answer = { status: 410 };
    await expect(deliver()).rejects.toThrow(WebhookGoneError);
  });

  it("a URL that is not allowed is final, and nothing is sent", async () => {
    const settings = { WEBHOOK_ALLOW_HTTP: true, WEBHOOK_ALLOW_LOOPBACK: false };
    await expect(deliver({ settings })).rejects.toThrow(CallbackUrlError);
    expect(received).toHaveLength(0);
  });

  it("a refused connection is tried again", async () => {
    await expect(deliver({ url: "http://127.0.0.1:1/hook" })).rejects.toMatchObject({
      retryable: true,
      message: "The receiver could not be reached (ECONNREFUSED).",
    });
  });

  it("a revoked delivery ends with the reason of its signal", async () => {
    const reason = new Error("revoked");
    await expect(deliver({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
