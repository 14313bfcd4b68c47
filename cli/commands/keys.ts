import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { type Scope, scopes } from "../../contracts/keys/scopes.ts";
import { type LimitKind, limitKinds, MOST_AT_ONCE, MOST_OF_A_KIND } from "../../contracts/settings/limits.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { usage } from "../exit-codes.ts";
import { parseWhole } from "../input/number.ts";
import { printTable } from "../output/table.ts";
import { formatAge } from "../output/time.ts";

/** `sluice keys`: creates, lists and revokes API keys. */
export const keysCommand = (cli: Cli) =>
  new Command("keys")
    .summary("create, list and revoke API keys")
    .description("API keys. Their scopes define what they can do. Requires an admin key.")
    .addHelpText(
      "after",
      examples(
        ["sluice keys create --bootstrap --stage prod", "the first admin key of a deployment, with AWS credentials"],
        ["sluice keys create --project shop --scope submit,read --name backend", "a key for an application"],
        ["sluice keys create --project shop --tokens-per-day 50000", "one whose jobs may use so much of the model"],
        ["sluice keys revoke key_0123456789abcdef", "it stops working within a minute"],
      ),
    )
    .addCommand(
      new Command("create")
        .description("Creates a key and prints it. It is shown only once: only its hash is stored.")
        .option("--project <id>", "project of the key (default: your own; default with --bootstrap: default)")
        .option(
          "--scope <scopes>",
          `of ${scopes.join(", ")}; several joined by commas (default: submit,read)`,
          parseScopes,
        )
        .option(
          "--acts-for <projects>",
          "other projects that it may act for, joined by commas, or * for all",
          parseNames,
        )
        .option("--name <text>", "what the key is for")
        .option(
          "--concurrent-calls <count>",
          `${ofModel} ${limitKinds.concurrent_calls.words}`,
          parseWhole(1, MOST_AT_ONCE),
        )
        .option("--requests-per-minute <count>", `${ofModel} ${limitKinds.requests_per_minute.words}`, parseLimit)
        .option("--tokens-per-minute <count>", `${ofModel} ${limitKinds.tokens_per_minute.words}`, parseLimit)
        .option("--tokens-per-day <count>", `${ofModel} ${limitKinds.tokens_per_day.words}`, parseLimit)
        .option("--bootstrap", "write an admin key straight into the table of a deployed stage, with AWS credentials")
        .option("--stage <stage>", "the deployed stage [env SLUICE_STAGE] (default: dev)")
        .option("--region <region>", "its region [env AWS_REGION]")
        .action(async ({ project, scope, actsFor, name, bootstrap, stage, region, ...limited }) => {
          const limits = {
            ...(limited.concurrentCalls !== undefined && { concurrent_calls: limited.concurrentCalls }),
            ...(limited.requestsPerMinute !== undefined && { requests_per_minute: limited.requestsPerMinute }),
            ...(limited.tokensPerMinute !== undefined && { tokens_per_minute: limited.tokensPerMinute }),
            ...(limited.tokensPerDay !== undefined && { tokens_per_day: limited.tokensPerDay }),
          };
          const isLimited = Object.keys(limits).length > 0;
          if (bootstrap && isLimited) throw usage("Limits are not for --bootstrap: it makes an admin key.");
          if (bootstrap && actsFor !== undefined)
            throw usage("--acts-for is not for --bootstrap: an admin key acts for all.");
          if (bootstrap) {
            const { bootstrapKey } = await import("../aws/bootstrap-key.ts");
            const target = { stage, region, profile: cli.options.profile };
            const made = await bootstrapKey(cli, {
              ...target,
              project: project ?? "default",
              scopes: scope ?? scopes,
              name,
            });
            return cli.print(made, printNewKey(cli));
          }
          const body = {
            ...(project !== undefined && { project_id: project }),
            ...(actsFor !== undefined && { projects: actsFor }),
            ...(scope !== undefined && { scopes: [...scope] }),
            ...(name !== undefined && { name }),
            ...(isLimited && { limits }),
          };
          cli.print(await cli.client().keys.create(body), printNewKey(cli));
        }),
    )
    .addCommand(
      new Command("list")
        .description("Lists keys, newest first. The keys themselves are not stored.")
        .option("-n, --limit <count>", "how many", parseWhole(1, 100), 20)
        .option("--cursor <cursor>", "continue after this page (its next_cursor)")
        .action(async ({ limit, cursor }) => {
          cli.print(await cli.client().keys.list({ limit, cursor }), ({ keys, next_cursor }) => {
            printTable(
              cli.out,
              [
                { title: "KEY ID", value: (key) => key.key_id },
                { title: "PROJECT", value: (key) => key.project_id },
                { title: "SCOPES", value: (key) => key.scopes.join(",") },
                { title: "NAME", value: (key) => key.name, flexible: true },
                { title: "LIMITS", value: (key) => limitsInWords(key.limits) },
                { title: "CREATED", value: (key) => (cli.out.terminal ? formatAge(key.created_at) : key.created_at) },
              ],
              keys,
            );
            if (next_cursor !== null && cli.err.terminal) cli.err.line(`There are more: --cursor ${next_cursor}`);
          });
        }),
    )
    .addCommand(
      new Command("revoke")
        .description("Revokes a key. It stops working within a minute, because the gateway caches it for that long.")
        .argument("<key-id>")
        .action(async (keyId) => {
          cli.print(await cli.client().keys.revoke(keyId), ({ key_id }) => cli.out.line(`${key_id} is revoked.`));
        }),
    );

interface NewKey {
  readonly key: string;
  readonly key_id: string;
  readonly project_id: string;
  readonly scopes: readonly string[];
}

const ofModel = "of its jobs and the language model:";
const parseLimit = parseWhole(1, MOST_OF_A_KIND);

const limitsInWords = (limits: { readonly [Kind in LimitKind]?: number | undefined }): string | null =>
  (Object.keys(limitKinds) as LimitKind[])
    .flatMap((kind) => (limits[kind] === undefined ? [] : [`${limits[kind]} ${limitKinds[kind].words}`]))
    .join(", ") || null;

/** The key alone on standard output, so that a script can keep it. */
const printNewKey =
  (cli: Cli) =>
  ({ key, key_id, project_id, scopes: may }: NewKey): void => {
    cli.out.line(key);
    cli.err.line(`${key_id} of project ${project_id} may: ${may.join(", ")}. It is shown this once.`);
  };

const parseNames = (text: string): string[] => text.split(",").map((each) => each.trim());

function parseScopes(text: string): readonly Scope[] {
  const names = text.split(",").map((each) => each.trim());
  const found = scopes.filter((each) => names.includes(each));
  if (found.length !== new Set(names).size) throw new InvalidArgumentError(`There are: ${scopes.join(", ")}.`);
  return found;
}
