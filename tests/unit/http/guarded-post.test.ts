import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkUrl, ForbiddenUrlError, guardedPost, MAX_ANSWER_BYTES } from "../../../shared/lib/http/guarded-post.ts";

const strict = { allowHttp: false, allowLoopback: false };
const withHttp = { allowHttp: true, allowLoopback: false };
const local = { allowHttp: false, allowLoopback: true };

const hostile = [
  "https://127.0.0.1/",
  "https://127.1/",
  "https://127.0.1/",
  "https://2130706433/",
  "https://0x7f000001/",
  "https://0x7f.0.0.1/",
  "https://0177.0.0.1/",
  "https://017700000001/",
  "https://127.0.0.1./",
  "https://０１７７.０.０.１/",
  "https://①②⑦.⓪.⓪.①/",
  "https://0.0.0.0/",
  "https://0/",
  "https://10.0.0.1/",
  "https://172.16.0.1/",
  "https://172.31.255.255/",
  "https://192.168.1.1/",
  "https://100.64.0.1/",
  "https://169.254.169.254/latest/meta-data/",
  "https://2852039166/latest/meta-data/",
  "https://0xa9fea9fe/",
  "https://169.254.170.2/v2/credentials",
  "https://192.0.0.192/",
  "https://168.63.129.16/",
  "https://[::ffff:168.63.129.16]/",
  "https://192.0.2.1/",
  "https://198.18.0.1/",
  "https://203.0.113.9/",
  "https://224.0.0.1/",
  "https://240.0.0.1/",
  "https://255.255.255.255/",
  "https://[::1]/",
  "https://[::]/",
  "https://[0:0:0:0:0:0:0:1]/",
  "https://[::ffff:127.0.0.1]/",
  "https://[::ffff:7f00:1]/",
  "https://[::ffff:a9fe:a9fe]/",
  "https://[::127.0.0.1]/",
  "https://[64:ff9b::7f00:1]/",
  "https://[64:ff9b:1::a00:1]/",
  "https://[2002:7f00:1::]/",
  "https://[2001::1]/",
  "https://[fe80::1]/",
  "https://[fec0::1]/",
  "https://[fc00::1]/",
  "https://[fd00:ec2::254]/",
  "https://[ff02::1]/",
  "https://[2001:db8::1]/",
  "https://[4000::1]/",
  "https://localhost/",
  "https://LOCALHOST/",
  "https://api.localhost/",
  "https://localhost./",
  "https://api.localhost./",
  "https://user:secret@example.com/",
  "https://user@example.com/",
  "http://example.com/",
  "ftp://example.com/",
  "file:///etc/passwd",
  "gopher://example.com/",
  "javascript:alert(1)",
  "data:text/plain,x",
  "//example.com/",
  "example.com",
  "https://",
  "https:///",
  "https://exa mple.com/",
  `https://example.com/${"a".repeat(2_100)}`,
];

describe("checkUrl", () => {
  it.each(hostile)("refuses %s", (url) => {
    expect(() => checkUrl(url, strict)).toThrow(ForbiddenUrlError);
  });

  it("does not repeat a password", () => {
    expect(() => checkUrl("https://user:hunter2@example.com/", strict)).toThrow(/^(?!.*hunter2)/);
  });

  it.each([
    ["https://example.com/hook?x=1", strict],
    ["https://8.8.8.8/hook", strict],
    ["https://[2606:4700::1111]:8443/hook", strict],
    ["http://example.com/", withHttp],
    ["http://127.0.0.1:8080/hook", local],
    ["http://localhost:8080/hook", local],
    ["http://localhost.:8080/hook", local],
    ["http://[::1]:8080/hook", local],
  ])("accepts %s", (url, policy) => {
    expect(checkUrl(url, policy).href).toBe(new URL(url).href);
  });

  it.each([
    ["http://example.com/", local],
    ["http://10.0.0.1/", local],
    ["http://127.0.0.1/", withHttp],
  ])("allowing one thing allows nothing else: %s", (url, policy) => {
    expect(() => checkUrl(url, policy)).toThrow(ForbiddenUrlError);
  });
});

describe("guardedPost", () => {
  let server: Server;
  let port: number;
  const received: { url: string | undefined; body: string }[] = [];
  let answer = { status: 204, headers: {} as Record<string, string>, bytes: 0 };

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      received.push({ url: request.url, body: Buffer.concat(chunks).toString() });
      response.writeHead(answer.status, answer.headers);
      response.end(Buffer.alloc(answer.bytes));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const post = (host: string, policy = local, resolve?: Parameters<typeof guardedPost>[0]["resolve"]) =>
    guardedPost({
      url: `http://${host}:${port}/hook`,
      policy,
      headers: { "content-type": "application/json" },
      body: '{"a":1}',
      signal: AbortSignal.timeout(10_000),
      ...(resolve ? { resolve } : {}),
    });

  it("posts and reports the status", async () => {
    answer = { status: 429, headers: { "retry-after": "7" }, bytes: 0 };
    expect(await post("127.0.0.1")).toEqual({ status: 429, retryAfter: "7" });
    expect(received.at(-1)).toEqual({ url: "/hook", body: '{"a":1}' });
  });

  it("does not follow a redirect", async () => {
    answer = { status: 307, headers: { location: `http://127.0.0.1:${port}/other` }, bytes: 0 };
    const before = received.length;
    expect((await post("127.0.0.1")).status).toBe(307);
    expect(received.length).toBe(before + 1);
  });

  it("closes an answer that is too long", async () => {
    answer = { status: 200, headers: {}, bytes: MAX_ANSWER_BYTES * 20 };
    expect((await post("127.0.0.1")).status).toBe(200);
  });

  it.each([
    ["127.0.0.1", 4],
    ["10.1.2.3", 4],
    ["169.254.169.254", 4],
    ["::1", 6],
    ["::ffff:127.0.0.1", 6],
    ["fd00:ec2::254", 6],
  ])("refuses a name that resolves to %s", async (address, family) => {
    const before = received.length;
    await expect(post("hooks.example.com", withHttp, async () => [{ address, family }])).rejects.toThrow(
      `resolves to ${address}`,
    );
    expect(received.length).toBe(before);
  });

  it("refuses a name with a private address among public ones", async () => {
    const addresses = [
      { address: "93.184.216.34", family: 4 },
      { address: "127.0.0.1", family: 4 },
    ];
    await expect(post("hooks.example.com", withHttp, async () => addresses)).rejects.toThrow(ForbiddenUrlError);
  });

  it("a name that changes its address after a look is refused at the connection", async () => {
    let asked = 0;
    const rebinding = async () => {
      asked += 1;
      return [{ address: asked === 1 ? "93.184.216.34" : "127.0.0.1", family: 4 }];
    };
    // Whoever checks first and connects later sees the public address here; the connection resolves again.
    expect((await rebinding())[0]?.address).toBe("93.184.216.34");
    const before = received.length;
    await expect(post("rebind.example.com", withHttp, rebinding)).rejects.toThrow(ForbiddenUrlError);
    expect(asked).toBe(2);
    expect(received.length).toBe(before);
  });

  it("passes the name's own error on", async () => {
    const missing = Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" });
    await expect(post("nowhere.example.com", withHttp, () => Promise.reject(missing))).rejects.toBe(missing);
  });

  it("stops when its signal is aborted", async () => {
    const hanging = createServer(() => {});
    await new Promise<void>((resolve) => hanging.listen(0, "127.0.0.1", resolve));
    const abort = new AbortController();
    const waiting = guardedPost({
      url: `http://127.0.0.1:${(hanging.address() as AddressInfo).port}/`,
      policy: local,
      headers: {},
      body: "",
      signal: abort.signal,
    });
    abort.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    hanging.closeAllConnections();
    hanging.close();
  });
});
