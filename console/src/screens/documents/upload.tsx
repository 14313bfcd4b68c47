import { useState } from "preact/hooks";
import { messageOf } from "../../api/errors.ts";
import { uploadDocument } from "../../api/upload-document.ts";
import { plural } from "../../format/number.ts";
import type { FieldErrors } from "../../schema-form/draft.ts";
import { FieldView } from "../../schema-form/field-view.tsx";
import { notify } from "../../ui/notify.ts";
import { type ReadUpload, type UploadDraft, uploadFields } from "./read-upload.ts";

interface UploadProps {
  readonly options: ReadUpload;
  readonly project: string | undefined;
  readonly changed: () => void;
}

/** The button that brings files, one after the other. */
export function Upload({ options, project, changed }: UploadProps) {
  const [busy, setBusy] = useState(0);
  const upload = async (files: readonly File[]): Promise<void> => {
    const [wrong] = Object.entries(options.errors);
    if (wrong) return notify(`${wrong[0].slice(1)}: ${wrong[1]}`, "error");
    setBusy(files.length);
    for (const file of files) {
      try {
        await uploadDocument(file, { ...options.value, project_id: project });
        notify(`${file.name} is uploaded.`);
      } catch (error) {
        notify(`${file.name}: ${messageOf(error)}`, "error");
      }
      changed();
      setBusy((left) => left - 1);
    }
  };
  return (
    <label class="button button-primary file-button" aria-busy={busy > 0}>
      {busy > 0 ? `Uploading, ${plural(busy, "file")} left …` : "Upload files …"}
      <input
        type="file"
        multiple
        disabled={busy > 0}
        onChange={(event) => {
          void upload([...(event.currentTarget.files ?? [])]);
          // The same file again is a change as well.
          event.currentTarget.value = "";
        }}
      />
    </label>
  );
}

interface UploadOptionsProps {
  readonly draft: UploadDraft;
  readonly change: (draft: UploadDraft) => void;
  readonly errors: FieldErrors;
}

/** How files that are brought next are read. */
export function UploadOptions({ draft, change, errors }: UploadOptionsProps) {
  return (
    <details class="options card">
      <summary>How files are read</summary>
      <div class="option-grid">
        {uploadFields.map((field) => (
          <FieldView
            key={field.name}
            field={field}
            draft={draft[field.name]}
            path={`/${field.name}`}
            errors={errors}
            change={(value) => change({ ...draft, [field.name]: value })}
          />
        ))}
      </div>
    </details>
  );
}
