import { call } from "../../api/call.ts";
import { formatCount } from "../../format/number.ts";
import { useOnce } from "../../live/use-once.ts";
import { Link } from "../../routing/location.tsx";
import { Found } from "../../ui/found.tsx";
import { LongText } from "../../ui/value.tsx";

interface FoundPassagesProps {
  readonly search: string;
  readonly project: string | undefined;
}

/** The passages of a project's documents that are nearest to a text, best first. */
export function FoundPassages({ search, project }: FoundPassagesProps) {
  const found = useOnce(
    (signal) =>
      call("POST /api/v1/documents/search", { query: { project_id: project }, body: { query: search }, signal }),
    `passages ${project ?? ""} ${search}`,
  );
  return (
    <Found label="Passages" polled={found} hint="A search finds documents that were uploaded with the option index.">
      {({ matches }) => (
        <ol class="found">
          {matches.map(({ document_id, file_name, score, start, end, text }) => (
            <li key={`${document_id} ${start}`}>
              <p class="found-head">
                <Link data-row to={{ screen: "document", id: document_id }}>
                  {file_name}
                </Link>
                <span class="muted small">
                  Score {score.toFixed(3)}, characters {formatCount(start)} to {formatCount(end)}
                </span>
              </p>
              <LongText text={text} />
            </li>
          ))}
        </ol>
      )}
    </Found>
  );
}
