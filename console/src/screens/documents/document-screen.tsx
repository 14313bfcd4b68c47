import { useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { identity } from "../../api/identity.ts";
import { maySubmit } from "../../api/permissions.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { formatBytes, formatCount } from "../../format/number.ts";
import { paces } from "../../live/paces.ts";
import { usePoll } from "../../live/use-poll.ts";
import { navigate } from "../../routing/location.tsx";
import { useStore } from "../../store.ts";
import { Back } from "../../ui/back.tsx";
import { Button, CopyButton } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Fact } from "../../ui/fact.tsx";
import { JobLink } from "../../ui/job-link.tsx";
import { Empty, Loaded } from "../../ui/messages.tsx";
import { notify } from "../../ui/notify.ts";
import { RecordState } from "../../ui/record-state.tsx";
import { Time } from "../../ui/time.tsx";
import { LongText } from "../../ui/value.tsx";

type Document = AnswerOf<"GET /api/v1/documents/{document_id}">;

/** A document with its text, and what to know of it. */
export function DocumentScreen({ id }: { readonly id: string }) {
  const who = useStore(identity);
  const [deleting, setDeleting] = useState(false);
  const polled = usePoll(
    (signal) => call("GET /api/v1/documents/{document_id}", { params: { document_id: id }, signal }),
    { key: `document ${id}`, every: (document) => (document?.status === "pending" ? paces.reading : 0) },
  );
  return (
    <>
      <Back to={{ screen: "documents" }}>Documents</Back>
      <header class="page-head">
        <h1 tabIndex={-1} class="wrap">
          {polled.data?.file_name ?? "Document"}
        </h1>
        {polled.data && maySubmit(who) && (
          <Button icon="trash" onClick={() => setDeleting(true)}>
            Delete
          </Button>
        )}
      </header>
      <Loaded polled={polled}>
        {(document) => (
          <>
            <Facts document={document} />
            <Warnings document={document} />
            <Following document={document} />
            <Text document={document} />
          </>
        )}
      </Loaded>
      {deleting && (
        <Confirm
          title={`Delete ${polled.data?.file_name ?? "the document"}?`}
          action="Delete"
          confirm={async () => {
            await call("DELETE /api/v1/documents/{document_id}", { params: { document_id: id } });
            notify("The document is deleted.");
            navigate({ screen: "documents" });
          }}
          close={() => setDeleting(false)}
        >
          <p>File, text and record are removed. This cannot be undone.</p>
        </Confirm>
      )}
    </>
  );
}

function Facts({ document }: { readonly document: Document }) {
  const { size, pages, characters, confidence, passages } = document;
  return (
    <dl class="card facts">
      <Fact name="State">
        <RecordState status={document.status} />
      </Fact>
      <Fact name="Project">{document.project_id}</Fact>
      <Fact name="Type">{document.content_type ?? "–"}</Fact>
      <Fact name="Size">{size === null ? "–" : formatBytes(size)}</Fact>
      <Fact name="Pages">{pages === null ? "–" : formatCount(pages)}</Fact>
      <Fact name="Characters">{characters === null ? "–" : formatCount(characters)}</Fact>
      <Fact name="Language">{document.language ?? "–"}</Fact>
      <Fact name="Recognized">{document.ocr === null ? "–" : document.ocr ? "yes" : "no"}</Fact>
      <Fact name="Confidence">{confidence === null ? "–" : `${Math.round(confidence * 100)} %`}</Fact>
      {passages !== null && <Fact name="Passages">{formatCount(passages)}</Fact>}
      <Fact name="Uploaded">
        <Time at={document.created_at} />
      </Fact>
      <Fact name="Read by job">
        <JobLink id={document.task_id} />
      </Fact>
    </dl>
  );
}

/** The tasks that the upload named, with their jobs. */
function Following({ document }: { readonly document: Document }) {
  if (document.then.length === 0) return null;
  return (
    <section class="card" aria-label="What follows">
      <header class="card-head">
        <h2>What follows</h2>
      </header>
      <ul class="plain-list">
        {document.then.map(({ task_name, task_id, error }) => (
          <li key={`${task_name} ${task_id}`}>
            <b>{task_name}</b> {task_id === null ? (error ?? "when the document is read") : <JobLink id={task_id} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Warnings({ document }: { readonly document: Document }) {
  if (document.error === null && document.warnings.length === 0) return null;
  return (
    <section class="card" aria-label="What to know">
      <header class="card-head">
        <h2>What to know</h2>
      </header>
      <ul class="plain-list">
        {document.error && (
          <li>
            <b>{document.error.type}</b> {document.error.message}
          </li>
        )}
        {document.warnings.map(({ page, kind, message }) => (
          <li key={`${page} ${kind}`}>
            {page !== null && <b>Page {page}: </b>}
            {message}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Text({ document }: { readonly document: Document }) {
  const { searchable_text: text, searchable_text_url: url, status } = document;
  return (
    <section class="card" aria-label="Text">
      <header class="card-head">
        <h2>Text</h2>
        {text !== null && <CopyButton label="Copy the text" text={() => text} />}
      </header>
      {text !== null && text !== "" && <LongText text={text} />}
      {text === null && url !== null && (
        <p class="card-note">
          The text is large: <a href={url}>open it as a file</a>, within 15 minutes.
        </p>
      )}
      {(text === "" || (text === null && url === null)) && (
        <Empty title={status === "pending" ? "The document is being read." : "There is no text."}>
          {status === "pending" && "Its job shows the progress by page."}
        </Empty>
      )}
    </section>
  );
}
