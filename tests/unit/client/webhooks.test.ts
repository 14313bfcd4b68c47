import { Webhook } from "standardwebhooks";
import { expect, it } from "vitest";
import { verifyWebhook, WebhookVerificationError } from "../../../client/index.ts";

const secret = `whsec_${Buffer.from("k".repeat(32)).toString("base64")}`;
const body = JSON.stringify({ type: "task.succeeded", timestamp: "2026-11-29T00:00:00Z", data: { success: true } });

/** Headers as the specification's own library signs. */
function headersFor(text = body, at = new Date(), by = secret) {
  return {
    "Webhook-Id": "msg_1",
    "Webhook-Timestamp": String(Math.floor(at.getTime() / 1_000)),
    "Webhook-Signature": new Webhook(by).sign("msg_1", at, text),
  };
}

it("reads a webhook that is signed with the secret, from text or bytes and any kind of headers", async () => {
  const headers = headersFor();
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

  expect((await verifyWebhook(body, headers, secret)).type).toBe("task.succeeded");
  expect(await verifyWebhook(Buffer.from(body), lower, secret)).toEqual(JSON.parse(body));
  expect(await verifyWebhook(body, new Headers(headers), secret)).toEqual(JSON.parse(body));
});

it("takes one of several signatures, as during a rotation", async () => {
  const headers = headersFor();
  const signature = `v1,${Buffer.from("old").toString("base64")} v1a,x ${headers["Webhook-Signature"]}`;
  expect(await verifyWebhook(body, { ...headers, "Webhook-Signature": signature }, secret)).toBeTruthy();
});

const minutes = (count: number) => new Date(Date.now() + count * 60_000);
const otherSecret = `whsec_${Buffer.from("x".repeat(32)).toString("base64")}`;
it.each([
  ["another body", `${body} `, headersFor()],
  ["another secret's signature", body, headersFor(body, new Date(), otherSecret)],
  ["an old webhook", body, headersFor(body, minutes(-6))],
  ["one of the future", body, headersFor(body, minutes(6))],
  ["no number for a time", body, { ...headersFor(), "Webhook-Timestamp": "NaN" }],
  ["a signature that is not base64", body, { ...headersFor(), "Webhook-Signature": "v1,%%% v1" }],
  ["no signature", body, { "webhook-id": "1", "webhook-timestamp": "1" }],
])("refuses %s", async (_what, text, headers) => {
  await expect(verifyWebhook(text, headers, secret)).rejects.toThrow(WebhookVerificationError);
});

it.each(["", "whsec_", "not base64!"])("the secret %j is a fault of the caller's own", async (wrong) => {
  await expect(verifyWebhook(body, headersFor(), wrong)).rejects.toThrow(TypeError);
});
