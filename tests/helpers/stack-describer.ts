/**
 * A server that answers as CloudFormation does when it is asked for one deployed stack.
 *
 * @module
 */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A stack that is described. */
export interface StackDescriber extends AsyncDisposable {
  /** The names that were asked for. */
  readonly asked: readonly string[];
  /** Describes it with these outputs from now on. */
  has(outputs: Readonly<Record<string, string>>): void;
}

const missing = `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>
  <Code>ValidationError</Code><Message>Stack with id x does not exist</Message></Error></ErrorResponse>`;

/** Starts it, and has AWS clients that are made from now on ask it. Any other stack does not exist. */
export async function startStackDescriber(stack: string): Promise<StackDescriber> {
  const asked: string[] = [];
  let outputs: Readonly<Record<string, string>> = {};
  const description = () => {
    const members = Object.entries(outputs).map(
      ([name, value]) => `<member><OutputKey>${name}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    );
    return `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult>
  <Stacks><member><StackName>${stack}</StackName><CreationTime>2026-11-21T10:00:00Z</CreationTime>
  <StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members.join("")}</Outputs></member></Stacks>
  </DescribeStacksResult></DescribeStacksResponse>`;
  };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const name = new URLSearchParams(body).get("StackName") ?? "";
      asked.push(name);
      const known = name === stack;
      response.writeHead(known ? 200 : 400, { "content-type": "text/xml" }).end(known ? description() : missing);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    asked,
    has: (given) => {
      outputs = given;
    },
    async [Symbol.asyncDispose]() {
      delete process.env.AWS_ENDPOINT_URL_CLOUDFORMATION;
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
