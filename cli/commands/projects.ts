import { Command } from "@commander-js/extra-typings";
import type { AnswerOf } from "../../client/index.ts";
import type { BodyAt } from "../../client/route-types.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { usage } from "../exit-codes.ts";
import { confirm } from "../input/confirm.ts";
import { readJsonArgument } from "../input/json-argument.ts";
import { parseWhole } from "../input/number.ts";
import { readPrompt } from "../input/prompt.ts";
import { finishJob } from "../output/finish-job.ts";
import { followJob } from "../output/follow.ts";
import { namesOf } from "../output/project-names.ts";
import { printTable } from "../output/table.ts";
import { oneLine } from "../output/text.ts";

type Accepted = AnswerOf<"POST /api/v1/projects">;
type NewProject = BodyAt<"POST /api/v1/projects">;
type Search = BodyAt<"POST /api/v1/projects/search">;

const METADATA = "a JSON object or a .json file: text, numbers, true, false and lists of text, under flat names";

/** `sluice projects`: texts that a search finds. */
export const projectsCommand = (cli: Cli) =>
  new Command("projects")
    .summary("keep texts that a search finds")
    .description(
      "Projects are texts that you can search for: a description, a name and metadata. A job computes the embedding of each project; after that, searches find it. Without an embedding model, searches compare words, not meanings, and say so.\n\n" +
        "The option --project is something else: it names the tenant that the projects belong to.",
    )
    .addHelpText(
      "after",
      examples(
        ['sluice projects create "Sensors report leaks." --name Leaks --wait', "add one, and wait until it is found"],
        [`sluice projects create "A choir." --metadata '{"year": 2024}'`, "with metadata, to narrow a search"],
        ['sluice projects search "Where do pipes leak?"', "the nearest, best first"],
        [`sluice projects search water --filter '{"year": {"gte": 2024}}'`, "of some alone"],
      ),
    )
    .addCommand(listCommand(cli))
    .addCommand(showCommand(cli))
    .addCommand(createCommand(cli))
    .addCommand(updateCommand(cli))
    .addCommand(deleteCommand(cli))
    .addCommand(searchCommand(cli));

const listCommand = (cli: Cli) =>
  new Command("list")
    .alias("ls")
    .description("Lists projects, newest first.")
    .option("-n, --limit <count>", "how many", parseWhole(1, 100), 20)
    .option("--cursor <cursor>", "continue where a page ended (next_cursor)")
    .option("--project <id>", "whose projects (admin keys)")
    .action(async ({ limit, cursor, project }) => {
      const page = await cli.client().projects.list({ limit, cursor, project_id: project });
      cli.print(page, ({ projects, next_cursor }) => {
        printTable(
          cli.out,
          [
            { title: "PROJECT", value: (each) => each.id },
            { title: "STATUS", value: (each) => each.status },
            { title: "CREATED", value: (each) => each.created_at },
            { title: "NAME", value: (each) => each.name, flexible: true },
            { title: "DESCRIPTION", value: (each) => each.description, flexible: true },
          ],
          projects,
        );
        if (next_cursor !== null && cli.err.terminal) cli.err.line(`There are more: --cursor ${next_cursor}`);
      });
    });

const showCommand = (cli: Cli) =>
  new Command("show")
    .description("Prints a project, and whether a search finds it.")
    .argument("<project-id>")
    .option("--project <id>", "whose project it is (admin keys)")
    .action(async (id, { project }) => {
      cli.print(await cli.client().projects.get(id, { project_id: project }), (found) => {
        const { name, status, error, model, dimensions, description, metadata } = found;
        cli.out.line(name === null ? status : `${status}: ${oneLine(name)}`);
        if (error) cli.out.line(`error: ${error.type}: ${oneLine(error.message)}`);
        if (model !== null) cli.out.line(`vector: ${dimensions} numbers by ${oneLine(model)}`);
        for (const time of ["created_at", "updated_at", "embedded_at"] as const) {
          if (found[time] !== null) cli.out.line(`${time}: ${found[time]}`);
        }
        cli.out.line(`metadata: ${JSON.stringify(metadata)}`);
        cli.out.line(`job: ${found.task_id}`);
        cli.out.line(`description: ${oneLine(description)}`);
      });
    });

const createCommand = (cli: Cli) =>
  new Command("create")
    .description("Adds a project, prints its ID, and has its embedding computed.")
    .argument("[description]", "the text that is searched; else --file or standard input")
    .option("-f, --file <file>", "read the description from a file; - is standard input")
    .option("--name <name>", "searched with the description")
    .option("--metadata <json>", METADATA)
    .option("--idempotency-key <key>", "the same key and content return the same project")
    .option("-w, --wait", "wait until a search finds it")
    .option("--project <id>", "whose project it is (admin keys)")
    .action(async (argument, { file, name, metadata: given, idempotencyKey, wait, project }) => {
      const metadata =
        given === undefined ? undefined : ((await readJsonArgument("--metadata", given)) as NewProject["metadata"]);
      const description = await readPrompt(cli, { argument, file, what: "a description" });
      const accepted = await cli
        .client()
        .projects.create(
          { description, ...(name !== undefined && { name }), ...(metadata !== undefined && { metadata }) },
          { idempotency_key: idempotencyKey, project_id: project },
        );
      await finishChange(cli, accepted, { wait, text: accepted.id });
    });

const updateCommand = (cli: Cli) =>
  new Command("update")
    .description("Changes the given fields of a project.")
    .argument("<project-id>")
    .option("--description <text>", "the text that is searched")
    .option("-f, --file <file>", "read the description from a file; - is standard input")
    .option("--name <name>", "searched with the description; an empty one takes the name away")
    .option("--metadata <json>", `${METADATA}; replaces all metadata`)
    .option("-w, --wait", "wait until a search finds the change")
    .option("--project <id>", "whose project it is (admin keys)")
    .action(async (id, { description: text, file, name, metadata: given, wait, project }) => {
      const hasText = text !== undefined || file !== undefined;
      if (!hasText && name === undefined && given === undefined) {
        throw usage("Nothing to change: give --description, --file, --name or --metadata.");
      }
      const metadata =
        given === undefined ? undefined : ((await readJsonArgument("--metadata", given)) as NewProject["metadata"]);
      const description = hasText ? await readPrompt(cli, { argument: text, file, what: "--description" }) : undefined;
      const changed = await cli.client().projects.update(
        id,
        {
          ...(description !== undefined && { description }),
          ...(name !== undefined && { name: name === "" ? null : name }),
          ...(metadata !== undefined && { metadata }),
        },
        { project_id: project },
      );
      await finishChange(cli, changed, { wait, text: `Changed ${id}.` });
    });

const deleteCommand = (cli: Cli) =>
  new Command("delete")
    .alias("rm")
    .description("Deletes a project at once; a job deletes its embedding.")
    .argument("<project-id>")
    .option("--project <id>", "whose project it is (admin keys)")
    .option("-y, --yes", "do not ask")
    .action(async (id, { project, yes }) => {
      await confirm(cli, `Delete the project ${id}?`, { yes });
      cli.print(await cli.client().projects.delete(id, { project_id: project }), () => cli.out.line(`Deleted ${id}.`));
    });

const searchCommand = (cli: Cli) =>
  new Command("search")
    .description(
      "Prints the projects that are most similar to a text, best first. Scores are cosine similarities, from -1 to 1.",
    )
    .argument("<text>", "what to look for")
    .option("-n, --limit <count>", "at most so many", parseWhole(1, 100), 10)
    .option("--filter <json>", "conditions on the metadata, as a JSON object or a .json file")
    .option("--project <id>", "whose projects (admin keys)")
    .action(async (text, { limit, filter: given, project }) => {
      const filter = given === undefined ? undefined : await readJsonArgument("--filter", given);
      // The API checks what is in it.
      const query = { query: text, top_k: limit, ...(filter !== undefined && { filter }) } as Search;
      const found = await cli.client().projects.search(query, { project_id: project });
      if (cli.options.json) return cli.print(found, () => {});
      const { matches, notice } = found;
      const names = await namesOf(cli.client(), matches, { project_id: project });
      printTable(
        cli.out,
        [
          { title: "SCORE", value: (each) => each.score.toFixed(3), align: "right" },
          { title: "PROJECT", value: (each) => each.project_id },
          { title: "NAME", value: (each) => names.get(each.project_id), flexible: true },
          { title: "METADATA", value: (each) => JSON.stringify(each.metadata), flexible: true },
        ],
        matches,
      );
      if (matches.length === 0) cli.err.line("Nothing is found. `sluice projects list` shows whose vectors are there.");
      if (notice !== undefined) cli.err.line(notice);
    });

/** Prints what was accepted, and waits for its job under `--wait`. */
async function finishChange(
  cli: Cli,
  accepted: Accepted,
  { wait, text }: { readonly wait: true | undefined; readonly text: string },
): Promise<void> {
  cli.print(accepted, () => cli.out.line(text));
  // A change of nothing has no job to wait for.
  if (!wait || accepted.status === "completed") return;
  const job = await followJob(cli, accepted.task_id);
  if (job.status !== "SUCCESS") finishJob(cli, job);
}
