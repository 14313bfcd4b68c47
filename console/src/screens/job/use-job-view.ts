import { useRef } from "preact/hooks";
import { call } from "../../api/call.ts";
import type { AnswerOf } from "../../api/routes.ts";
import { paces } from "../../live/paces.ts";
import { type Polled, usePoll } from "../../live/use-poll.ts";

type Answer = AnswerOf<"GET /api/v1/views/jobs/{task_id}">;

/** A job, its timeline, and what it has submitted. */
export interface JobView extends Omit<Answer, "children"> {
  /** As they were when they were asked for last. */
  readonly children: NonNullable<Answer["children"]> | null;
  /** The job has changed since: it may have submitted others. */
  readonly isOutdated: boolean;
}

/** When the jobs that it has submitted were asked for, in milliseconds, and the job's last change by then. */
interface Asked {
  readonly at: number;
  readonly change: string;
}

const lastChange = ({ events }: Pick<Answer, "events">): string => `${events.length} ${events.at(-1)?.at}`;

/** Whether jobs that it has submitted may change; those that it did not wait for go on after it. */
const mayChange = ({ job, children }: Pick<JobView, "job" | "children">): boolean =>
  children !== null && (children.jobs.some(({ ready }) => !ready) || (!job.ready && children.jobs.length > 0));

/**
 * A job, live until it has an outcome, by one request each time. The jobs that it has submitted take reads of their own: they are
 * part of it from time to time while they may change, and after a change of the job.
 */
export function useJobView(id: string): Polled<JobView> {
  const last = useRef<{ readonly view: JobView; readonly asked: Asked }>(undefined);
  const load = async (signal: AbortSignal): Promise<JobView> => {
    const known = last.current;
    const isDue = known && mayChange(known.view) && Date.now() - known.asked.at >= paces.children;
    const asks = !known || known.view.isOutdated || isDue === true;
    const { children, ...answer } = await call("GET /api/v1/views/jobs/{task_id}", {
      params: { task_id: id },
      query: { children: asks },
      signal,
    });
    const asked = children === null && known ? known.asked : { at: Date.now(), change: lastChange(answer) };
    const view = {
      ...answer,
      children: children ?? known?.view.children ?? null,
      isOutdated: asked.change !== lastChange(answer),
    };
    if (!signal.aborted) last.current = { view, asked };
    return view;
  };
  return usePoll(load, { key: `job ${id}`, every: (known) => (known ? paceOf(known) : paces.job) });
}

function paceOf(view: JobView): number {
  if (!view.job.ready || view.isOutdated) return paces.job;
  return mayChange(view) ? paces.children : paces.endedJob;
}
