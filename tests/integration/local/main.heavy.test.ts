import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { GetQueueAttributesCommand, ListQueuesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, describe, expect, it } from "vitest";
import {
  lambdaFunction,
  mapping,
  queue,
  role,
  type WrittenAssembly,
  withRole,
  writeAssembly,
} from "../../fixtures/local/assembly.ts";
import { recordHandler } from "../../fixtures/local/fixture-stack.ts";
import { eventually } from "../../helpers/eventually.ts";

const main = resolve(import.meta.dirname, "../../../local/main.ts");
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

interface Run {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly exit: Promise<number | null>;
  /** Waits for the line that says where it is. */
  ready(): Promise<string>;
}

/** Runs local/main.ts as `npm start` does. */
function run(assembly: string, env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [main, "--assembly", assembly], {
    cwd: assembly,
    env: { PATH: process.env.PATH, SLUICE_PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  cleanUp.push(() => child.kill("SIGKILL"));
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  const exit = new Promise<number | null>((done) => child.once("close", (code) => done(code)));
  const ready = () => eventually("main.ts is ready", () => /^ready (http:\S+)$/m.exec(out)?.[1]);
  return { child, out: () => out, err: () => err, exit, ready };
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-data-"));
  cleanUp.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A queue whose worker takes two seconds, and prints where SQS is. */
async function slowAssembly(workMs = 2_000): Promise<WrittenAssembly> {
  const assembly = await writeAssembly({
    template: {
      Resources: {
        Work: queue({ VisibilityTimeout: 30, QueueName: "work" }),
        Worker: lambdaFunction("worker"),
        Mapping: mapping("Work", "Worker", { BatchSize: 1 }),
        Where: lambdaFunction("where", withRole("Queues")),
        Queues: role({ Effect: "Allow", Action: "sqs:*", Resource: "*" }),
        EverySecond: {
          Type: "AWS::Scheduler::Schedule",
          Properties: {
            ScheduleExpression: "rate(1 minute)",
            FlexibleTimeWindow: { Mode: "OFF" },
            Target: { Arn: { "Fn::GetAtt": ["Where", "Arn"] }, RoleArn: "none" },
          },
        },
      },
    },
    handlers: {
      worker: recordHandler(
        `await new Promise((resolve) => setTimeout(resolve, ${workMs})); console.log('finished ' + record.body);`,
      ),
      where:
        "const { AWS_ENDPOINT_URL_SQS: url, AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = process.env;" +
        "export const handler = async () => console.log('sqs at ' + url + ' ' + id + ' ' + secret);",
    },
  });
  cleanUp.push(() => assembly.remove());
  return assembly;
}

/** The queue service of a run; the function that runs every second reports its address. */
async function queueOf(started: Run): Promise<{ sqs: SQSClient; QueueUrl: string }> {
  const [, endpoint = "", accessKeyId = "", secretAccessKey = ""] = await eventually(
    "SQS's address",
    () => /sqs at (http:\S+) (\S+) (\S+)/.exec(started.err()) ?? undefined,
  );
  const credentials = { accessKeyId, secretAccessKey };
  const sqs = new SQSClient({ endpoint, region: "us-east-1", credentials });
  cleanUp.push(() => sqs.destroy());
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  return { sqs, QueueUrl: QueueUrls[0] ?? "" };
}

const scaled = { SLUICE_TIME_SCALE: "60" };

describe("npm start", () => {
  it("prints where it is and its key, and leaves both in a private file while it runs", async () => {
    const { directory } = await slowAssembly();
    const started = run(directory, { SLUICE_API_KEY: "slc_0123456789abcdef" });
    const url = await started.ready();
    const file = join(directory, ".sluice/endpoint.json");

    const endpoint = await eventually("the file", () => readFile(file, "utf8").catch(() => undefined));
    const { mode } = await stat(file);
    started.child.kill("SIGTERM");

    expect(started.out()).toContain("key slc_0123456789abcdef\n");
    expect(JSON.parse(endpoint)).toMatchObject({ url, api_key: "slc_0123456789abcdef" });
    expect(mode & 0o777).toBe(0o600);
    expect(await started.exit).toBe(0);
    await expect(stat(file)).rejects.toThrow("ENOENT");
  });

  it.each(["SIGINT", "SIGTERM"] as const)(
    "finishes what is in flight at %s, receives nothing more, and exits 0",
    async (signal) => {
      const { directory } = await slowAssembly();
      const dataDir = await temporaryFolder();
      const started = run(directory, { ...scaled, SLUICE_DATA_DIR: dataDir });
      await started.ready();
      const { sqs, QueueUrl } = await queueOf(started);
      for (const MessageBody of ["one", "two", "three"])
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
      await eventually("two of three run", () => started.err().match(/record \w+ receive 1/g)?.length === 2);

      started.child.kill(signal);

      expect(await started.exit).toBe(0);
      expect(started.err().match(/finished \w+/g)).toHaveLength(2);
    },
  );

  it("ends at once at the second signal", async () => {
    const { directory } = await slowAssembly(600_000);
    const started = run(directory, scaled);
    await started.ready();
    const { sqs, QueueUrl } = await queueOf(started);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "one" }));
    await eventually("it runs", () => started.err().includes("record one receive 1"));

    started.child.kill("SIGINT");
    await eventually("it says that it stops", () => started.err().includes("Stopping"));
    await new Promise((done) => setTimeout(done, 700));
    started.child.kill("SIGINT");

    expect(await started.exit).toBe(130);
    expect(started.err()).not.toContain("finished");
  });

  it("keeps queues and key across a restart with the same data directory", async () => {
    const { directory } = await slowAssembly();
    const dataDir = await temporaryFolder();
    const env = { ...scaled, SLUICE_DATA_DIR: dataDir };
    const first = run(directory, env);
    await first.ready();
    const before = await queueOf(first);
    const later = new SendMessageCommand({ QueueUrl: before.QueueUrl, MessageBody: "kept", DelaySeconds: 4 });
    await before.sqs.send(later);
    first.child.kill("SIGTERM");
    await first.exit;

    const second = run(directory, env);
    await second.ready();
    const after = await queueOf(second);

    const key = /^key (\S+)$/m;
    expect(key.exec(second.out())?.[1]).toBe(key.exec(first.out())?.[1]);
    expect((await stat(join(dataDir, "api-key"))).mode & 0o777).toBe(0o600);
    await eventually("the message arrives", () => second.err().includes("finished kept"));
    await eventually("and is deleted", async () => {
      const AttributeNames = ["ApproximateNumberOfMessagesNotVisible" as const];
      const { Attributes } = await after.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: after.QueueUrl, AttributeNames }),
      );
      return Attributes?.ApproximateNumberOfMessagesNotVisible === "0";
    });
  });

  it("says that its port is taken", async () => {
    const { directory } = await slowAssembly();
    const first = run(directory);
    const port = new URL(await first.ready()).port;

    const second = run(directory, { SLUICE_PORT: port });

    expect(await second.exit).toBe(1);
    expect(second.err()).toContain(`Port ${port} is taken. Choose another with SLUICE_PORT.`);
  });

  it("names every setting that does not fit", async () => {
    const { directory } = await slowAssembly();

    const started = run(directory, { SLUICE_PORT: "eighty", SLUICE_TIME_SCALE: "0" });

    expect(await started.exit).toBe(1);
    expect(started.err()).toMatch(/SLUICE_PORT: [\s\S]*SLUICE_TIME_SCALE: /);
  });
});
