import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { messageOf } from "../api/errors.ts";
import { Button } from "./button.tsx";

interface DialogProps {
  readonly title: string;
  readonly close: () => void;
  /** Whether a click beside it closes it as well. Default: true. */
  readonly closesOutside?: boolean;
  /** While it is, as a request runs whose answer would be lost, nothing closes it. Default: false. */
  readonly isBusy?: boolean;
  readonly children: ComponentChildren;
}

/** A modal dialog: the browser keeps the focus in it, closes it on Escape and gives the focus back. */
export function Dialog({ title, close, closesOutside = true, isBusy = false, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const isShown = useRef(false);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    isShown.current = true;
    return () => {
      isShown.current = false;
      dialog?.close();
    };
  }, []);
  const ask = () => {
    if (!isBusy) close();
  };
  return (
    <dialog
      ref={element}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        ask();
      }}
      onClose={() => {
        // A second Escape cannot be prevented: it closes what is still to be seen.
        if (!isShown.current) return;
        element.current?.showModal();
        ask();
      }}
      closedby={closedBy(closesOutside, isBusy)}
    >
      <div class="dialog">
        <header class="card-head">
          <h2 id={id}>{title}</h2>
          <Button icon="close" kind="quiet" disabled={isBusy} onClick={close}>
            Close
          </Button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

function closedBy(closesOutside: boolean, isBusy: boolean) {
  if (isBusy) return "none";
  return closesOutside ? "any" : "closerequest";
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
    <Dialog title={title} close={close} isBusy={busy}>
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
          <Button disabled={busy} onClick={close}>
            Cancel
          </Button>
          <Button type="submit" kind={kind} disabled={busy || (typed !== undefined && word.trim() !== typed)}>
            {action}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
