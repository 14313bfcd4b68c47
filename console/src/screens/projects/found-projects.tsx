import { call } from "../../api/call.ts";
import { ApiError } from "../../api/errors.ts";
import { useOnce } from "../../live/use-once.ts";
import { Link } from "../../routing/location.tsx";
import { Found } from "../../ui/found.tsx";
import { TableHead } from "../../ui/table-head.tsx";
import { Metadata } from "./metadata.tsx";

/** Each match is asked for its name, which the search's answer does not have. */
const SHOWN = 10;

interface FoundProjectsProps {
  readonly search: string;
  readonly project: string | undefined;
}

/** The projects nearest to a text, best first. */
export function FoundProjects({ search, project }: FoundProjectsProps) {
  const found = useOnce((signal) => find(search, project, signal), `found projects ${project ?? ""} ${search}`);
  return (
    <Found label="Found projects" polled={found} hint="A search finds a project once its state is completed.">
      {({ matches }) => (
        <div class="table-wrap">
          <table class="table records">
            <TableHead columns={["Name", { label: "Score", class: "number" }, "Description", "Metadata"]} />
            <tbody>
              {matches.map(({ project_id: id, score, metadata, own }) => (
                <tr key={id}>
                  <td class="wrap">
                    {own === null ? (
                      <span class="muted">{id}, deleted</span>
                    ) : (
                      <Link data-row to={{ screen: "project", id, project }}>
                        {own.name ?? id}
                      </Link>
                    )}
                  </td>
                  <td class="number" data-label="Score">
                    {score.toFixed(3)}
                  </td>
                  <td class="wrap">
                    <span class="two-lines">{own?.description}</span>
                  </td>
                  <td class="wrap">
                    <Metadata of={metadata} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Found>
  );
}

async function find(search: string, project: string | undefined, signal: AbortSignal) {
  const query = { project_id: project };
  const body = { query: search, top_k: SHOWN };
  const { matches, ...found } = await call("POST /api/v1/projects/search", { query, body, signal });
  const named = matches.map(async (match) => ({ ...match, own: await read(match.project_id) }));
  return { ...found, matches: await Promise.all(named) };

  /** @returns null for one whose vector is still there after it was deleted */
  async function read(id: string) {
    try {
      return await call("GET /api/v1/projects/{project_id}", { params: { project_id: id }, query, signal });
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }
  }
}
