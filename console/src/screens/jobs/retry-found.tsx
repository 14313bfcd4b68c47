import { useEffect, useRef, useState } from "preact/hooks";
import { connection } from "../../api/connection.ts";
import { messageOf } from "../../api/errors.ts";
import { formatCount, plural } from "../../format/number.ts";
import type { JobsRoute } from "../../routing/route.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { countRetries, type Retried, type RetryFilter, retryCounted, retryFilterOf } from "./retry-jobs.ts";

type Step =
  | { readonly at: "counting"; readonly soFar: Retried | undefined }
  // With what ran before an error ended it, if it did.
  | { readonly at: "counted"; readonly found: Retried; readonly soFar?: Retried | undefined }
  | { readonly at: "running"; readonly found: Retried; readonly soFar: Retried | undefined }
  | { readonly at: "done"; readonly result: Retried; readonly stopped: boolean };

interface RetryFoundProps {
  readonly route: JobsRoute;
  readonly close: () => void;
}

/** Runs all failed (or revoked) jobs again that the list's filters find: counted first, and only then the button. */
export function RetryFound({ route, close }: RetryFoundProps) {
  // Spans of time are counted from the moment in which it began.
  const [filter] = useState(() => retryFilterOf(route, Date.now()));
  const [step, setStep] = useState<Step>({ at: "counting", soFar: undefined });
  const [failure, setFailure] = useState<string>();
  const stopped = useRef(false);
  const closed = useRef(false);
  const how = (report: (soFar: Retried) => void) => ({
    project: route.project,
    isStopped: () => stopped.current,
    report,
  });

  useEffect(() => {
    if (!filter) return;
    const counting = how((soFar) => !closed.current && setStep({ at: "counting", soFar }));
    countRetries(filter, counting).then(
      (found) => !closed.current && setStep({ at: "counted", found }),
      (error: unknown) => !closed.current && setFailure(messageOf(error)),
    );
    return () => {
      closed.current = true;
      stopped.current = true;
    };
  }, []);

  const run = async (wanted: RetryFilter, { found, soFar }: Extract<Step, { at: "counted" }>): Promise<void> => {
    setFailure(undefined);
    stopped.current = false;
    setStep({ at: "running", found, soFar });
    let done = soFar;
    try {
      const running = how((so) => {
        done = so;
        setStep({ at: "running", found, soFar: so });
      });
      const result = await retryCounted(wanted, found, { ...running, soFar });
      setStep({ at: "done", result, stopped: stopped.current });
    } catch (error) {
      const runs = done?.retried ?? 0;
      setFailure(
        runs === 0 ? messageOf(error) : `At least ${plural(runs, "job")} run again, then: ${messageOf(error)}`,
      );
      setStep({ at: "counted", found, soFar: done });
    }
    connection.refreshAll();
  };

  const which = filter?.status === "REVOKED" ? "revoked" : "failed";
  const running = step.at === "running";
  const stop = () => {
    stopped.current = true;
  };
  return (
    // While it runs, nothing ends it in silence: closing stops it, and what it has done is shown.
    <Dialog title={`Retry all ${which} jobs found`} close={running ? stop : close} closesOutside={!running}>
      <div class="dialog-body">
        {filter ? (
          <p role="status">
            <Told step={step} which={which} />
          </p>
        ) : (
          <p>
            The list shows jobs in the state {route.status}. Only failed and revoked jobs can run again: choose the
            state FAILURE or REVOKED, or none.
          </p>
        )}
        {failure !== undefined && (
          <p class="field-error" role="alert">
            {failure}
          </p>
        )}
      </div>
      <footer class="dialog-foot">
        {running ? (
          <Button icon="stop" onClick={stop}>
            Stop
          </Button>
        ) : (
          <Button onClick={close}>{step.at === "done" ? "Done" : "Cancel"}</Button>
        )}
        {filter && step.at === "counted" && (
          <Button
            icon="retry"
            kind="primary"
            disabled={step.found.retried === 0}
            onClick={() => void run(filter, step)}
          >
            {step.soFar ? "Continue" : `Retry ${plural(step.found.retried, "job")}`}
          </Button>
        )}
      </footer>
    </Dialog>
  );
}

function Told({ step, which }: { readonly step: Step; readonly which: string }) {
  if (step.at === "counting") return <>{step.soFar ? `${plural(step.soFar.retried, "job")} so far …` : "Counting …"}</>;
  if (step.at === "running") {
    const { retried = 0, skipped = 0 } = step.soFar ?? {};
    return (
      <>
        {formatCount(retried + skipped)} of {formatCount(step.found.retried + step.found.skipped)} so far …
      </>
    );
  }
  if (step.at === "done") {
    const { retried, skipped } = step.result;
    return (
      <>
        {step.stopped && "Stopped. "}
        {plural(retried, "job")} {retried === 1 ? "runs" : "run"} again, {formatCount(skipped)} refused
        {skipped > 0 && ": changed by something else meanwhile, or without the document that they read"}.
      </>
    );
  }
  const { retried, skipped } = step.found;
  const refused = `${plural(skipped, "job")} cannot run again: the document is deleted, or its file never came.`;
  if (retried === 0 && skipped > 0) return <>{refused}</>;
  if (retried === 0) return <>No {which} job fits the filters of the list.</>;
  return (
    <>
      <b>{plural(retried, "job")}</b> that {retried === 1 ? "is" : "are"} {which} and {retried === 1 ? "fits" : "fit"}{" "}
      the filters of the list will run again, with attempts counted from 1. Those that are not on this page of the list
      are counted, too; jobs that are submitted from now on are left alone. {skipped > 0 && refused}
    </>
  );
}
