import { basename } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { Command, Option } from "@commander-js/extra-typings";
import { z } from "zod";
import { ocrModes } from "../../contracts/documents/warnings.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { readBytes, readText } from "../input/file.ts";
import { parseObject } from "../input/task-input.ts";
import { finishJob } from "../output/finish-job.ts";
import { followJob } from "../output/follow.ts";

/** What JSON of more than a word begins with, and hardly a file's name; that of such a one is written ./[a].json. */
const INLINE = /^\s*[{["]/;

/** `sluice extract`: from a file to data, in one command. */
export const extractCommand = (cli: Cli) =>
  new Command("extract")
    .summary("make data of a document")
    .description(
      "Uploads a file, waits until its text has been read, and prints the data that matches a JSON schema, with the evidence. Instead of a file, you can give the ID of an uploaded document, or - for a text on standard input.",
    )
    .argument("<source>", "a file, the ID of a document, or -")
    .requiredOption("-s, --schema <file>", "JSON schema of the data: a file, or the JSON itself")
    .option("--instructions <text>", "what the model should know about the document")
    .option("--language <code>", "language of the document, such as de (default: it is detected)")
    .addOption(
      new Option("--ocr <mode>", "whether pictures of the file are recognized")
        .choices(ocrModes)
        .default("auto" as const),
    )
    .option("--attachments", "also read the attachments of a message (EML)")
    .option("--project <id>", "project (admin keys)")
    .addHelpText(
      "after",
      examples(
        ["sluice extract invoice.pdf --schema invoice.json", "the data of an invoice"],
        ["sluice extract invoice.pdf --schema invoice.json | jq .data", "without its evidence"],
        ["pbpaste | sluice extract - --schema address.json", "of a text"],
      ),
    )
    .action(async (source, { schema: given, instructions, language, ocr, attachments, project }) => {
      const schema = INLINE.test(given)
        ? parseObject(given, "--schema")
        : parseObject(await readText(given, "name a file, or give the schema as JSON"), given);
      const document = await readSource();
      if (document === undefined) return;
      const accepted = await cli.client().call("POST /api/v1/tasks/{task_name}", {
        params: { task_name: "extract" },
        query: { project_id: project },
        body: { input: { ...document, schema, instructions, language } },
        idempotency_key: crypto.randomUUID(),
      });
      finishJob(cli, await followJob(cli, accepted.task_id));

      /** @returns undefined when its text could not be read, which is then printed */
      async function readSource(): Promise<{ text: string } | { document_id: string } | undefined> {
        if (source === "-") return { text: await readAll(cli.stdin) };
        if (z.uuid().safeParse(source).success) return { document_id: source };
        const how = { file_name: basename(source), ocr, attachments, project_id: project };
        const { id, task_id } = await cli.client().documents.upload(await readBytes(source), how);
        if (!cli.options.json && cli.err.terminal) cli.err.line(`${cli.err.paint("dim", "document")} ${id}`);
        const job = await followJob(cli, task_id);
        if (job.status === "SUCCESS") return { document_id: id };
        finishJob(cli, job);
        return undefined;
      }
    });
