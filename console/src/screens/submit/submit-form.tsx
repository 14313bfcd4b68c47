import { useRef, useState } from "preact/hooks";
import { call } from "../../api/call.ts";
import { ApiError, messageOf } from "../../api/errors.ts";
import { identity } from "../../api/identity.ts";
import { submitAsCurl } from "../../format/curl.ts";
import { prettyJson } from "../../format/json.ts";
import { plural } from "../../format/number.ts";
import { Link, navigate } from "../../routing/location.tsx";
import type { SubmitMode, SubmitRoute } from "../../routing/route.ts";
import {
  type Draft,
  type FieldErrors,
  fromDraft,
  placeErrors,
  readJson,
  shownPaths,
  toDraft,
} from "../../schema-form/draft.ts";
import { exampleOf } from "../../schema-form/example.ts";
import { FieldView } from "../../schema-form/field-view.tsx";
import { isObject, type TaskForm } from "../../schema-form/schema.ts";
import { useStore } from "../../store.ts";
import { Button, CopyButton } from "../../ui/button.tsx";
import { notify } from "../../ui/notify.ts";
import { BatchField } from "./batch-field.tsx";
import { faultsByLine, readInputs } from "./batch-lines.ts";
import { JsonField, ModeSwitch } from "./input-field.tsx";
import { Options } from "./options.tsx";
import { type OptionsDraft, optionFields, readOptions } from "./read-options.ts";
import { useIdempotencyKey } from "./use-idempotency-key.ts";

interface SubmitFormProps {
  readonly task: TaskForm;
  readonly route: SubmitRoute;
  /** The input to begin with, instead of the defaults. */
  readonly start: unknown;
}

const INPUT = "/input";

/** The form of one task: fields, JSON or many inputs, and how the jobs are to run. */
export function SubmitForm({ task, route, start }: SubmitFormProps) {
  const who = useStore(identity);
  const { mode, project } = route;
  const inProject = project === undefined ? {} : { project_id: project };
  const [draft, setDraft] = useState<Draft>(() => toDraft(task.input, start ?? task.input.default));
  const [text, setText] = useState(() => prettyJson(start ?? fromDraft(task.input, draft, INPUT).value));
  const [lines, setLines] = useState("");
  const [options, setOptions] = useState<OptionsDraft>({});
  const [errors, setErrors] = useState<FieldErrors>({});
  const [general, setGeneral] = useState<readonly string[]>([]);
  const [faults, setFaults] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const keyFor = useIdempotencyKey();

  const example = exampleOf(task.input);
  const hasExample = isObject(example) && Object.keys(example).length > 0;
  const fillIn = (): void => {
    setDraft(toDraft(task.input, example));
    setText(prettyJson(example));
    show({}, []);
  };

  const readInput = () => (mode === "json" ? readJson(text, INPUT) : fromDraft(task.input, draft, INPUT));
  const shown = () =>
    new Set([
      ...(mode === "json" ? [INPUT] : shownPaths(task.input, draft, INPUT)),
      ...optionFields.map(({ name }) => `/${name}`),
    ]);

  const show = (at: FieldErrors, elsewhere: readonly string[], ofBatch: readonly string[] = []): void => {
    setErrors(at);
    setGeneral(elsewhere);
    setFaults(ofBatch);
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };

  const submitOne = async () => {
    const input = readInput();
    const given = readOptions(options);
    const unread = { ...input.errors, ...given.errors };
    if (Object.keys(unread).length > 0) return show(unread, []);
    const { task_id: id } = await call("POST /api/v1/tasks/{task_name}", {
      params: { task_name: task.name },
      body: { input: input.value, ...given.value, ...inProject },
    });
    notify("Submitted.");
    navigate({ screen: "job", id });
  };

  const submitMany = async () => {
    const { inputs, faults: unread } = readInputs(lines);
    const given = readOptions(options);
    if (unread.length > 0 || Object.keys(given.errors).length > 0) return show(given.errors, [], unread);
    const body = { task_name: task.name, inputs: [...inputs], ...given.value, ...inProject };
    const { batch_id: id, total } = await call("POST /api/v1/batches", { body, idempotencyKey: keyFor(body) });
    notify(`${plural(total, "job")} submitted.`);
    navigate({ screen: "batch", id });
  };

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await (mode === "batch" ? submitMany() : submitOne());
    } catch (error) {
      if (!(error instanceof ApiError) || error.fields.length === 0) show({}, [messageOf(error)]);
      else if (mode === "batch") show({}, [], faultsByLine(error.fields, readInputs(lines)));
      else {
        const { at, elsewhere } = placeErrors(error.fields, shown());
        show(at, elsewhere);
      }
    } finally {
      setBusy(false);
    }
  };

  const switchTo = (to: SubmitMode | undefined): void => {
    const now = mode === "batch" ? undefined : readInput();
    if (to === "json" && mode === undefined) setText(prettyJson(now?.value ?? {}));
    if (to === undefined && mode === "json") {
      if (now && Object.keys(now.errors).length > 0) {
        show(now.errors, []);
        return;
      }
      setDraft(toDraft(task.input, now?.value));
    }
    show({}, []);
    navigate({ ...route, mode: to }, { replace: true });
  };

  return (
    <form ref={form} class="card" noValidate onSubmit={(event) => void submit(event)}>
      <header class="card-head">
        <ModeSwitch mode={mode} change={switchTo} />
        {mode !== "batch" && (
          <div class="actions">
            {hasExample && (
              <Button icon="edit" kind="quiet" onClick={fillIn}>
                Fill in an example
              </Button>
            )}
            <CopyButton
              icon="terminal"
              label="Copy as curl"
              wide
              text={() =>
                submitAsCurl(location.origin, task.name, {
                  input: readInput().value,
                  ...readOptions(options).value,
                  ...inProject,
                })
              }
            />
          </div>
        )}
      </header>
      <div class="form-body">
        {route.from !== undefined && mode !== "batch" && (
          <p class="muted small">
            Starts from the input of <Link to={{ screen: "job", id: route.from }}>job {route.from.slice(0, 8)}</Link>. A
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
        {mode === "batch" && (
          <BatchField
            text={lines}
            change={setLines}
            faults={faults}
            example={JSON.stringify(hasExample ? example : readJson(text, INPUT).value)}
          />
        )}
        {mode === "json" && <JsonField text={text} change={setText} error={errors[INPUT]} />}
        {mode === undefined && (
          <FieldView field={task.input} draft={draft} path={INPUT} errors={errors} change={setDraft} />
        )}
        <Options draft={options} change={setOptions} errors={errors} />
      </div>
      <footer class="card-foot">
        <span class="muted small">
          {task.description} {who && <>Project: {project ?? who.project_id}.</>}
        </span>
        <Button type="submit" kind="primary" disabled={busy}>
          {busy ? "Submitting …" : mode === "batch" ? "Submit the batch" : "Submit"}
        </Button>
      </footer>
    </form>
  );
}
