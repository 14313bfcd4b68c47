import { createServer, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, it } from "vitest";
import { boundRequests, REQUESTS_AT_ONCE } from "../../../shared/lib/bound-requests.ts";

/** A table that answers when the test wants it to. */
async function slowTable() {
  const held: ServerResponse[] = [];
  let isOpen = false;
  const answer = (response: ServerResponse) =>
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end("{}");
  const server = createServer((request, response) => {
    request.resume().on("end", () => (isOpen ? answer(response) : held.push(response)));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    held,
    open() {
      isOpen = true;
      held.splice(0).forEach(answer);
    },
    close: () => server.close(),
  };
}

const CONNECTION_TIMEOUT_MS = 2_000;
const boundedClient = (endpoint: string) =>
  boundRequests(
    new DynamoDBClient({
      endpoint,
      region: "eu-central-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      maxAttempts: 1,
      requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS },
    }),
  );
const get = new GetItemCommand({ TableName: "jobs", Key: { pk: { S: "J#1" } } });

describe("more requests at once than a client has sockets", () => {
  let table: Awaited<ReturnType<typeof slowTable>>;
  afterEach(() => table.close());

  it("wait for their turn, and none ends as if the service had not answered", async () => {
    table = await slowTable();
    const client = boundedClient(table.endpoint);
    const asked = Promise.allSettled(Array.from({ length: 120 }, () => client.send(get)));

    while (table.held.length < REQUESTS_AT_ONCE) await sleep(10);
    // Longer than a request may wait for a socket.
    await sleep(CONNECTION_TIMEOUT_MS * 1.5);
    expect(table.held.length).toBe(REQUESTS_AT_ONCE);
    table.open();

    expect((await asked).filter(({ status }) => status === "rejected")).toEqual([]);
    client.destroy();
  });

  it("a failed one gives its place to the next", async () => {
    table = await slowTable();
    table.close();
    const client = boundedClient(table.endpoint);

    const ended = await Promise.allSettled(Array.from({ length: 100 }, () => client.send(get)));

    expect(ended.every(({ status }) => status === "rejected")).toBe(true);
    client.destroy();
  });
});
