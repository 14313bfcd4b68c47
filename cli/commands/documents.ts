import { basename } from "node:path";
import { Command, Option } from "@commander-js/extra-typings";
import { ocrModes } from "../../contracts/documents/warnings.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { readBytes } from "../input/file.ts";
import { parseWhole } from "../input/number.ts";
import { readThen } from "../input/then.ts";
import { finishJob } from "../output/finish-job.ts";
import { followJob } from "../output/follow.ts";
import { printTable } from "../output/table.ts";

/** `sluice documents`: files whose text is wanted. */
export const documentsCommand = (cli: Cli) =>
  new Command("documents")
    .summary("bring files, read their text, and search it")
    .description("Documents are files whose text is read by the task process_document.")
    .addHelpText(
      "after",
      examples(
        ["sluice documents upload report.pdf --wait", "bring a file, and wait until its text is there"],
        ["sluice documents text 5e03... > report.txt", "its text alone"],
        ["sluice documents upload *.pdf --index", "bring many, and index the text, so that searches find it"],
        [
          `sluice documents upload a.pdf --then '[{"task_name": "summarize"}]' -w`,
          "have its text summarized, and print the summary",
        ],
        ['sluice documents search "when does the ferry leave"', "passages of the documents that --index was given for"],
      ),
    )
    .addCommand(listCommand(cli))
    .addCommand(showCommand(cli))
    .addCommand(textCommand(cli))
    .addCommand(markdownCommand(cli))
    .addCommand(blocksCommand(cli))
    .addCommand(searchCommand(cli))
    .addCommand(uploadCommand(cli))
    .addCommand(deleteCommand(cli));

const listCommand = (cli: Cli) =>
  new Command("list")
    .alias("ls")
    .description("Lists documents, newest first.")
    .option("-n, --limit <count>", "how many", parseWhole(1, 100), 20)
    .option("--cursor <cursor>", "continue where a page ended (next_cursor)")
    .option("--project <id>", "project (admin keys)")
    .action(async ({ limit, cursor, project }) => {
      const page = await cli.client().documents.list({ limit, cursor, project_id: project });
      cli.print(page, ({ documents, next_cursor }) => {
        printTable(
          cli.out,
          [
            { title: "DOCUMENT", value: (each) => each.id },
            { title: "STATUS", value: (each) => each.status },
            { title: "PAGES", value: (each) => String(each.pages ?? "") },
            { title: "WARNINGS", value: (each) => String(each.warnings.length || "") },
            { title: "CREATED", value: (each) => each.created_at },
            { title: "FILE", value: (each) => each.file_name, flexible: true },
          ],
          documents,
        );
        if (next_cursor !== null && cli.err.terminal) cli.err.line(`There are more: --cursor ${next_cursor}`);
      });
    });

const showCommand = (cli: Cli) =>
  new Command("show")
    .description("Prints the details of a document, with its warnings.")
    .argument("<document-id>")
    .action(async (id) => {
      cli.print(await cli.client().documents.get(id), (document) => {
        cli.out.line(`${document.status}: ${document.file_name}`);
        const { content_type, size, pages, language, confidence, error } = document;
        for (const [name, value] of Object.entries({ content_type, size, pages, language, confidence })) {
          if (value !== null) cli.out.line(`${name}: ${value}`);
        }
        if (error) cli.out.line(`error: ${error.type}: ${error.message}`);
        for (const { page, kind, message } of document.warnings) {
          cli.out.line(`warning: ${page === null ? "" : `page ${page}: `}${kind}: ${message}`);
        }
        cli.out.line(`job: ${document.task_id}`);
      });
    });

const textCommand = (cli: Cli) =>
  new Command("text")
    .description("Prints only the text of a document.")
    .argument("<document-id>")
    .action(async (id) => {
      const answer = await cli.client().documents.text(id);
      cli.print(answer, () => {});
      if (!cli.options.json) cli.out.line(answer.text ?? (await linked(cli, answer.text_url)));
    });

const markdownCommand = (cli: Cli) =>
  new Command("markdown")
    .description("Prints a document's text as Markdown.")
    .argument("<document-id>")
    .action(async (id) => {
      const answer = await cli.client().documents.markdown(id);
      cli.print(answer, () => {});
      if (!cli.options.json) cli.out.line(answer.markdown ?? (await linked(cli, answer.markdown_url)));
    });

const blocksCommand = (cli: Cli) =>
  new Command("blocks")
    .description("Prints a document's pages with their blocks, as JSON.")
    .argument("<document-id>")
    .action(async (id) => {
      const answer = await cli.client().documents.blocks(id);
      cli.print(answer, () => {});
      if (cli.options.json) return;
      cli.out.line(answer.pages ? JSON.stringify(answer.pages, null, 2) : await linked(cli, answer.blocks_url));
    });

const searchCommand = (cli: Cli) =>
  new Command("search")
    .description("Searches the documents that were uploaded with --index, and prints the best passages first.")
    .argument("<text>", "what to look for")
    .option("-n, --limit <count>", "at most so many", parseWhole(1, 100), 10)
    .option("--document <document-id>", "only in this document")
    .option("--project <id>", "project (admin keys)")
    .action(async (text, { limit, document, project }) => {
      const filter = document === undefined ? undefined : { document_id: document };
      const found = await cli
        .client()
        .documents.search({ query: text, top_k: limit, ...(filter && { filter }) }, { project_id: project });
      cli.print(found, ({ matches, notice }) => {
        printTable(
          cli.out,
          [
            { title: "SCORE", value: (each) => each.score.toFixed(3), align: "right" },
            { title: "DOCUMENT", value: (each) => each.document_id },
            { title: "FILE", value: (each) => each.file_name, flexible: true },
            { title: "PASSAGE", value: (each) => each.text, flexible: true },
          ],
          matches,
        );
        if (matches.length === 0) cli.err.line("Nothing is found. A search sees what was uploaded with --index.");
        if (notice !== undefined) cli.err.line(notice);
      });
    });

const uploadCommand = (cli: Cli) =>
  new Command("upload")
    .description("Uploads files of up to 100 MB, has their text read, and prints their IDs.")
    .argument("<file...>")
    .option("--index", "index the text, so that searches find it")
    .addOption(new Option("--ocr <mode>", "whether pictures are recognized").choices(ocrModes).default("auto" as const))
    .option("--attachments", "also read the attachments of a message (EML)")
    .option(
      "--then <json>",
      "tasks to submit afterwards, as a JSON array or a .json file: extract, classify, summarize, keywords",
    )
    .option(
      "-w, --wait",
      "wait until each text has been read, and print the results of --then; stops at the first failure",
    )
    .option("--project <id>", "project (admin keys)")
    .action(async (files, { index, ocr, attachments, then: given, wait, project }) => {
      const then = given === undefined ? undefined : await readThen(given);
      for (const file of files) {
        const how = { file_name: basename(file), index, ocr, attachments, then, project_id: project };
        const accepted = await cli.client().documents.upload(await readBytes(file), how);
        cli.print(accepted, ({ id }) => cli.out.line(id));
        if (!wait) continue;
        const job = await followJob(cli, accepted.task_id);
        if (job.status !== "SUCCESS") return finishJob(cli, job);
        if (then !== undefined) await followSteps(cli, accepted.id);
        if (cli.exit === "failed") return;
      }
    });

const deleteCommand = (cli: Cli) =>
  new Command("delete")
    .alias("rm")
    .description("Deletes a document: its file, its text and its passages.")
    .argument("<document-id>")
    .action(async (id) => {
      cli.print(await cli.client().documents.delete(id), () => cli.out.line(`Deleted ${id}.`));
    });

/** Waits for the tasks that follow a document, and prints their results, in their order. */
async function followSteps(cli: Cli, id: string): Promise<void> {
  const { then } = await cli.client().documents.get(id);
  for (const { task_name, task_id, error } of then) {
    if (task_id !== null) finishJob(cli, await followJob(cli, task_id));
    else {
      cli.exit = "failed";
      cli.err.line(`${task_name} was not submitted: ${error ?? "the document does not say why"}`);
    }
  }
}

/** What is too large for an answer, by its link: S3 requires no key. */
async function linked({ signal }: Cli, url: string | null): Promise<string> {
  if (url === null) return "";
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`The text could not be fetched: ${response.status} ${response.statusText}.`);
  return await response.text();
}
