import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { connection } from "../../api/connection.ts";
import { identity } from "../../api/identity.ts";
import { maySubmit } from "../../api/permissions.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { formatBytes, formatCount, plural } from "../../format/number.ts";
import { paces } from "../../live/paces.ts";
import { usePoll } from "../../live/use-poll.ts";
import { Link, navigate } from "../../routing/location.tsx";
import type { SearchRoute } from "../../routing/route.ts";
import { useStore } from "../../store.ts";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { Pages, ProjectHead } from "../../ui/project-head.tsx";
import { RecordState } from "../../ui/record-state.tsx";
import { SearchForm } from "../../ui/search-form.tsx";
import { TableHead } from "../../ui/table-head.tsx";
import { Time } from "../../ui/time.tsx";
import { FoundPassages } from "./found-passages.tsx";
import { readUpload, type UploadDraft } from "./read-upload.ts";
import { Upload, UploadOptions } from "./upload.tsx";

type Document = AnswerOf<"GET /api/v1/documents">["documents"][number];

/** A project's documents, and a field to upload one. */
export function DocumentsScreen({ route: { project, search } }: { readonly route: SearchRoute }) {
  const who = useStore(identity);
  const [options, setOptions] = useState<UploadDraft>({});
  const read = readUpload(options);
  return (
    <>
      <ProjectHead title="Documents" screen="documents" project={project}>
        {maySubmit(who) && <Upload options={read} project={project} changed={() => connection.refreshAll()} />}
      </ProjectHead>
      {maySubmit(who) && <UploadOptions draft={options} change={setOptions} errors={read.errors} />}
      <SearchForm
        label="Search the text of documents"
        value={search}
        search={(text) => navigate({ screen: "documents", project, search: text })}
      />
      {search === undefined ? <List project={project} /> : <FoundPassages search={search} project={project} />}
    </>
  );
}

function List({ project }: { readonly project: string | undefined }) {
  const [cursor, setCursor] = useState<string>();
  const documents = usePoll(
    (signal) => call("GET /api/v1/documents", { query: { project_id: project, limit: 50, cursor }, signal }),
    {
      key: `documents ${project ?? ""} ${cursor ?? ""}`,
      every: (page) => (page?.documents.some(({ status }) => status === "pending") ? paces.reading : paces.documents),
    },
  );
  return (
    <section class="card" aria-label="Documents">
      <Loaded polled={documents}>
        {(page) =>
          page.documents.length === 0 ? (
            <Empty title="There are no documents.">
              Upload a file, and its text is extracted: PDF, Word, scans and more.
            </Empty>
          ) : (
            <DocumentTable list={page.documents} />
          )
        }
      </Loaded>
      <Pages cursor={cursor} next={documents.data?.next_cursor} go={setCursor} />
    </section>
  );
}

function DocumentTable({ list }: { readonly list: readonly Document[] }) {
  return (
    <div class="table-wrap">
      <table class="table records">
        <TableHead
          columns={[
            "File",
            "State",
            "Notes",
            { label: "Size", class: "number" },
            { label: "Pages", class: "number" },
            { label: "Characters", class: "number" },
            "Uploaded",
          ]}
        />
        <tbody>
          {list.map((document) => (
            <tr key={document.id}>
              <td class="wrap">
                <Link data-row to={{ screen: "document", id: document.id }}>
                  {document.file_name}
                </Link>
              </td>
              <td>
                <RecordState status={document.status} />
              </td>
              <td class="wrap">
                {document.error?.message ??
                  (document.warnings.length > 0 && plural(document.warnings.length, "warning"))}
              </td>
              <td class="number" data-label="Size">
                {document.size === null ? "–" : formatBytes(document.size)}
              </td>
              <td class="number" data-label="Pages">
                {document.pages === null ? "–" : formatCount(document.pages)}
              </td>
              <td class="number" data-label="Characters">
                {document.characters === null ? "–" : formatCount(document.characters)}
              </td>
              <td class="nowrap" data-label="Uploaded">
                <Time at={document.created_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
