import { useMemo } from "preact/hooks";
import { messageOf } from "../../api/errors.ts";
import { plural } from "../../format/number.ts";
import { notify } from "../../ui/notify.ts";
import { readInputs } from "./batch-lines.ts";

interface BatchFieldProps {
  readonly text: string;
  readonly change: (text: string) => void;
  readonly faults: readonly string[];
  /** One line that the task takes, to begin with. */
  readonly example: string;
}

/** Many inputs, typed, pasted or from a file. */
export function BatchField({ text, change, faults, example }: BatchFieldProps) {
  const count = useMemo(() => readInputs(text).inputs.length, [text]);
  const load = (files: FileList | null): void => {
    const [file] = files ?? [];
    file?.text().then(change, (error: unknown) => notify(messageOf(error), "error"));
  };
  return (
    <div class="field">
      <div class="field-line">
        <label for="batch-inputs">inputs</label>
        <label class="button file-button">
          From a file …
          <input
            type="file"
            accept=".jsonl,.ndjson,.json,.txt,application/json,text/plain"
            onChange={(event) => {
              load(event.currentTarget.files);
              // The same file again is a change as well.
              event.currentTarget.value = "";
            }}
          />
        </label>
      </div>
      <textarea
        id="batch-inputs"
        class="code"
        rows={14}
        spellcheck={false}
        placeholder={`${example}\n${example}`}
        value={text}
        aria-invalid={faults.length > 0}
        aria-describedby="batch-help batch-faults"
        onInput={(event) => change(event.currentTarget.value)}
      />
      <p id="batch-help" class="muted small">
        {count > 0 ? `${plural(count, "job")}. ` : ""}One job for each line of JSON, or for each value of a JSON array;
        1,000 at the most. Every input is checked before any job is made.
      </p>
      <div id="batch-faults" class="field-error" role="alert">
        {faults.map((fault) => (
          <p key={fault}>{fault}</p>
        ))}
      </div>
    </div>
  );
}
