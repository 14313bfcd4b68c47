import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";
import { checkSources } from "../../shared/capabilities/validation/check-sources.ts";
import { reachAll } from "../../shared/capabilities/validation/reach.ts";
import { verdictsOf } from "../../shared/capabilities/validation/source-verdicts.ts";
import type { TaskContextOf } from "../task-context.ts";

export async function run(
  { sources }: TaskInput<"validate_sources">,
  { signal, settings }: TaskContextOf<"validate_sources">,
): Promise<TaskOutput<"validate_sources">> {
  const check = settings.SOURCES_CHECK_URLS;
  const problems = checkSources(sources, new Date().toISOString().slice(0, 10));
  const urls = sources.map(({ url }, index) =>
    url?.trim() && problems[index]?.every(({ code }) => code !== "invalid_url") ? url.trim() : undefined,
  );
  const reached =
    check === "off"
      ? new Map()
      : await reachAll(
          urls.filter((url) => url !== undefined),
          { check, signal },
        );
  const verdicts = verdictsOf(
    problems,
    urls.map((url) => (url === undefined ? undefined : reached.get(url))),
  );
  const valid_count = verdicts.filter(({ is_valid }) => is_valid).length;
  return { is_valid: valid_count === sources.length, sources: verdicts, valid_count, urls_checked: check !== "off" };
}
