import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { newWebhookSecret, webhookHeaders } from "../../../shared/capabilities/webhooks/sign.ts";

const message = { id: "msg_1", timestamp: Math.floor(Date.now() / 1_000), body: '{"type":"task.succeeded","ä":"€"}' };

describe("webhookHeaders", () => {
  it("makes what the reference library verifies", () => {
    const secret = newWebhookSecret();
    const headers = webhookHeaders([secret], message);
    expect(new Webhook(secret).verify(message.body, headers)).toEqual(JSON.parse(message.body));
  });

  it("makes the signature that the reference library makes", () => {
    const secret = newWebhookSecret();
    const theirs = new Webhook(secret).sign(message.id, new Date(message.timestamp * 1_000), message.body);
    expect(webhookHeaders([secret], message)["webhook-signature"]).toBe(theirs);
  });

  it("with two secrets, a receiver that knows one of them verifies", () => {
    const [current, previous] = [newWebhookSecret(), newWebhookSecret()];
    const headers = webhookHeaders([current, previous], message);
    for (const secret of [current, previous]) {
      expect(new Webhook(secret).verify(message.body, headers)).toBeDefined();
    }
    expect(() => new Webhook(newWebhookSecret()).verify(message.body, headers)).toThrow();
  });

  it("does not verify another body, id or time", () => {
    const secret = newWebhookSecret();
    const headers = webhookHeaders([secret], message);
    const verify = (body: string, given: Record<string, string>) => () => new Webhook(secret).verify(body, given);
    expect(verify(`${message.body} `, headers)).toThrow();
    expect(verify(message.body, { ...headers, "webhook-id": "msg_2" })).toThrow();
    expect(verify(message.body, { ...headers, "webhook-timestamp": String(message.timestamp - 1) })).toThrow();
  });
});
