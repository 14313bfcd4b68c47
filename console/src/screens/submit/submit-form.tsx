import { useRef, useState } from "preact/hooks";
import type { Accepted } from "../../../../contracts/wire.ts";
import { call } from "../../api/call.ts";
import { ApiError, messageOf } from "../../api/errors.ts";
import { identity, maySubmit } from "../../api/identity.ts";
import { submitAsCurl } from "../../format/curl.ts";
import { prettyJson } from "../../format/json.ts";
import { Link, navigate } from "../../routing/location.tsx";
import type { SubmitPlace } from "../../routing/place.ts";
import {
  type Draft,
  type FieldErrors,
  fromDraft,
  placeErrors,
  readJson,
  shownPaths,
  toDraft,
} from "../../schema-form/draft.ts";
import { FieldView } from "../../schema-form/field-view.tsx";
import type { TaskForm } from "../../schema-form/schema.ts";
import { useStore } from "../../store.ts";
import { Button, CopyButton } from "../../ui/button.tsx";
import { notify } from "../../ui/notify.ts";
import { Options, type OptionsDraft, optionFields, readOptions } from "./options.tsx";

interface SubmitFormProps {
  readonly task: TaskForm;
  readonly place: SubmitPlace;
  /** The input to begin with, instead of the defaults. */
  readonly start: unknown;
}

const INPUT = "/input";

/** The form of one task: fields or JSON, and how the job is to run. */
export function SubmitForm({ task, place, start }: SubmitFormProps) {
  const allowed = maySubmit(useStore(identity));
  const asJson = place.mode === "json";
  const [draft, setDraft] = useState<Draft>(() => toDraft(task.input, start ?? task.input.default));
  const [text, setText] = useState(() => prettyJson(start ?? fromDraft(task.input, draft, INPUT).value));
  const [options, setOptions] = useState<OptionsDraft>({});
  const [errors, setErrors] = useState<FieldErrors>({});
  const [general, setGeneral] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const readInput = () => (asJson ? readJson(text, INPUT) : fromDraft(task.input, draft, INPUT));
  const shown = () =>
    new Set([...(asJson ? [INPUT] : shownPaths(task.input, draft, INPUT)), ...optionFields.map((name) => `/${name}`)]);

  const show = (at: FieldErrors, elsewhere: readonly string[]): void => {
    setErrors(at);
    setGeneral(elsewhere);
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const input = readInput();
    const given = readOptions(options);
    const unread = { ...input.errors, ...given.errors };
    if (Object.keys(unread).length > 0) {
      show(unread, []);
      return;
    }
    setBusy(true);
    try {
      const accepted: Accepted = await call("POST /api/v1/tasks/{task_name}", {
        params: { task_name: task.name },
        body: { input: input.value, ...given.value },
      });
      notify("Submitted.");
      navigate({ screen: "job", id: accepted.task_id });
    } catch (error) {
      setBusy(false);
      if (error instanceof ApiError && error.fields.length > 0) {
        const { at, elsewhere } = placeErrors(error.fields, shown());
        show(at, elsewhere);
      } else show({}, [messageOf(error)]);
    }
  };

  const switchTo = (mode: "json" | undefined): void => {
    if (mode === "json") setText(prettyJson(fromDraft(task.input, draft, INPUT).value ?? {}));
    else {
      const { value, errors: unread } = readJson(text, INPUT);
      if (Object.keys(unread).length > 0) {
        show(unread, []);
        return;
      }
      setDraft(toDraft(task.input, value));
    }
    show({}, []);
    navigate({ ...place, mode }, { replace: true });
  };

  return (
    <form ref={form} class="card" noValidate onSubmit={(event) => void submit(event)}>
      <header class="card-head">
        <fieldset class="segments" aria-label="Edit as">
          <Button kind="quiet" aria-pressed={!asJson} onClick={() => asJson && switchTo(undefined)}>
            Form
          </Button>
          <Button kind="quiet" aria-pressed={asJson} onClick={() => !asJson && switchTo("json")}>
            JSON
          </Button>
        </fieldset>
        <CopyButton
          icon="terminal"
          label="Copy as curl"
          wide
          text={() =>
            submitAsCurl(location.origin, task.name, { input: readInput().value, ...readOptions(options).value })
          }
        />
      </header>
      <div class="form-body">
        {place.from !== undefined && (
          <p class="muted small">
            Starts from the input of <Link to={{ screen: "job", id: place.from }}>job {place.from.slice(0, 8)}</Link>. A
            new job is made; that one stays as it is.
          </p>
        )}
        {general.length > 0 && (
          <div class="callout callout-bad" role="alert">
            {general.map((message) => (
              <p key={message}>{message}</p>
            ))}
          </div>
        )}
        {asJson ? (
          <div class="field">
            <label for="input-json">input</label>
            <textarea
              id="input-json"
              class="code"
              rows={18}
              spellcheck={false}
              value={text}
              aria-invalid={errors[INPUT] !== undefined}
              aria-describedby="input-json-error"
              onInput={(event) => setText(event.currentTarget.value)}
            />
            <p id="input-json-error" class="field-error" role="alert">
              {errors[INPUT]}
            </p>
          </div>
        ) : (
          <FieldView field={task.input} draft={draft} path={INPUT} errors={errors} change={setDraft} />
        )}
        <Options draft={options} change={setOptions} errors={errors} />
      </div>
      <footer class="card-foot">
        <span class="muted small">{task.description}</span>
        <Button type="submit" kind="primary" disabled={busy || !allowed}>
          {busy ? "Submitting …" : "Submit"}
        </Button>
      </footer>
    </form>
  );
}
