import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { messageOf } from "../api/errors.ts";
import { Button } from "./button.tsx";

interface DialogProps {
  readonly title: string;
  readonly close: () => void;
  /** Whether a click beside it closes it as well. Default: true. */
  readonly closesOutside?: boolean;
  readonly children: ComponentChildren;
}

/** A modal dialog: the browser keeps the focus in it, closes it on Escape and gives the focus back. */
export function Dialog({ title, close, closesOutside = true, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      closedby={closesOutside ? "any" : "closerequest"}
    >
      <div class="dialog">
        <header class="card-head">
          <h2 id={id}>{title}</h2>
          <Button icon="close" kind="quiet" onClick={close}>
            Close
          </Button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

interface ConfirmProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** The button's label. */
  readonly action: string;
  readonly kind?: "primary" | "danger";
  /** A word that must be typed first, for what cannot be undone. */
  readonly typed?: string;
  readonly confirm: () => Promise<void>;
  readonly close: () => void;
}

/** Asks before something happens; a refusal by the API is shown in place. */
export function Confirm({ title, children, action, kind = "danger", typed, confirm, close }: ConfirmProps) {
  const [word, setWord] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await confirm();
      close();
    } catch (error) {
      setFailure(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} close={close}>
      <form onSubmit={(event) => void submit(event)}>
        <div class="dialog-body">
          {children}
          {typed !== undefined && (
            <label class="field">
              <span>
                Type <b>{typed}</b> to confirm
              </span>
              <input value={word} onInput={(event) => setWord(event.currentTarget.value)} autocomplete="off" />
            </label>
          )}
          {failure !== undefined && (
            <p class="field-error" role="alert">
              {failure}
            </p>
          )}
        </div>
        <footer class="dialog-foot">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" kind={kind} disabled={busy || (typed !== undefined && word.trim() !== typed)}>
            {action}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
