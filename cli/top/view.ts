/**
 * What `sluice top` shows at a terminal: the latest look, the chosen row, and a question that waits for its answer.
 *
 * @module
 */

import type { AnswerOf, Client } from "../../client/index.ts";
import { laneRows } from "../output/lanes.ts";
import type { Screen } from "../output/screen.ts";
import { reportError } from "../report-error.ts";
import { helpLines, liveLines } from "./frame.ts";
import type { KeyActions, LiveView } from "./live-screen.ts";
import { longestFirst, type Snapshot, takeSnapshot } from "./snapshot.ts";
import { orders, sorted } from "./sorting.ts";
import { type Change, changeFor, type Row, refusalFor } from "./steering.ts";

/** What a view is made of. */
export interface TopParts {
  readonly client: Client;
  readonly out: Screen;
  readonly url: string;
  /** Whether somebody can press keys. */
  readonly interactive: boolean;
}

/** The API asks Lambda every 15 seconds for the lanes' states. */
const STEERED_MS = 20_000;

/** Where keys lead, from a row. */
const moves: Readonly<Record<string, (index: number, last: number) => number>> = {
  up: (index) => index - 1,
  k: (index) => index - 1,
  down: (index) => index + 1,
  j: (index) => index + 1,
  home: () => 0,
  g: () => 0,
  end: (_, last) => last,
  G: (_, last) => last,
};

/** The state of `sluice top`. */
export class TopView implements LiveView {
  readonly #parts: TopParts;
  #snapshot: Snapshot | undefined;
  #own: AnswerOf<"GET /api/v1/keys/own"> | undefined;
  #order = 0;
  /** By name, so that it stays chosen when rows move; and where it was, for when it is gone. */
  #chosen = { id: "", index: 0 };
  /** Lanes that were paused or resumed here, until every process of the API has asked Lambda again. */
  readonly #steered = new Map<string, { readonly paused: boolean; readonly until: number }>();
  #question: Change | undefined;
  #says = "";
  #help = false;

  constructor(parts: TopParts) {
    this.#parts = parts;
  }

  async look(): Promise<void> {
    this.#snapshot = await takeSnapshot(this.#parts.client);
  }

  lines(): readonly string[] {
    const { out, url, interactive } = this.#parts;
    if (this.#snapshot === undefined) return [`Asking ${url} ...`];
    if (this.#help) return helpLines(out);
    const rows = this.#rows();
    return liveLines(out, {
      url,
      snapshot: this.#snapshot,
      rows,
      ...(interactive && {
        chosen: this.#index(rows),
        order: orders[this.#order] ?? "",
        says: this.#question === undefined ? this.#says : `${this.#question.question} [y/N]`,
      }),
    });
  }

  key(key: string, screen: KeyActions): boolean {
    const pressed = () => {
      if (this.#question !== undefined) return this.#answer(key, screen);
      if (this.#help && key !== "q") {
        this.#help = false;
        return;
      }
      this.#says = "";
      this.#move(key);
      if (key === "q") screen.quit();
      if (key === "p" || key === "x") this.#ask(key, screen);
      if (key === "s") this.#order = (this.#order + 1) % orders.length;
      if (key === "r") screen.refresh();
      if (key === "h" || key === "?") this.#help = true;
    };
    pressed();
    screen.redraw();
    // A question follows these: what was typed or pasted with them must not answer it.
    return key !== "p" && key !== "x";
  }

  #move(key: string): void {
    const move = Object.hasOwn(moves, key) ? moves[key] : undefined;
    if (move === undefined) return;
    const rows = this.#rows();
    const last = rows.length - 1;
    const index = Math.max(0, Math.min(move(this.#index(rows), last), last));
    this.#chosen = { id: rows[index]?.id ?? "", index };
  }

  #ask(key: "p" | "x", screen: KeyActions): void {
    const rows = this.#rows();
    const row = rows[this.#index(rows)];
    if (row === undefined) return;
    const change = changeFor(key, row);
    if (typeof change === "string") {
      this.#says = change;
      return;
    }
    this.#says = "Asking what this key may do ...";
    void this.#do(screen, async ({ client }) => {
      this.#own ??= await client.call("GET /api/v1/keys/own");
      const refusal = refusalFor(key, this.#own);
      if (refusal === undefined) this.#question = change;
      return refusal ?? "";
    });
  }

  #answer(key: string, screen: KeyActions): void {
    const change = this.#question;
    this.#question = undefined;
    if (change === undefined) return;
    if (key !== "y" && key !== "Y") {
      this.#says = "Nothing was done.";
      return;
    }
    this.#says = "...";
    void this.#do(screen, async ({ client }) => {
      const said = await change.run(client);
      const { name, paused = false } = change.steers ?? {};
      if (name !== undefined) this.#steered.set(name, { paused, until: Date.now() + STEERED_MS });
      screen.refresh();
      return said;
    });
  }

  /** Says what came of it, be it an error. */
  async #do(screen: KeyActions, work: (parts: TopParts) => Promise<string>): Promise<void> {
    try {
      this.#says = await work(this.#parts);
    } catch (error) {
      this.#says = reportError(error).line;
    }
    screen.redraw();
  }

  /** Lanes in the order that is chosen, then jobs, which have run longest first. */
  #rows(): readonly Row[] {
    const { queues = [], active_tasks = [] } = this.#snapshot ?? {};
    const known = laneRows(queues).map((lane) => {
      const { paused, until = 0 } = this.#steered.get(lane.name) ?? {};
      return paused !== undefined && Date.now() < until ? { ...lane, paused } : lane;
    });
    const lanes = sorted(known, orders[this.#order] ?? "");
    return [
      ...lanes.map((lane) => ({ kind: "lane", id: `lane ${lane.name}`, lane }) as const),
      ...longestFirst(active_tasks).map((job) => ({ kind: "job", id: `job ${job.task_id}`, job }) as const),
    ];
  }

  #index(rows: readonly Row[]): number {
    const found = rows.findIndex(({ id }) => id === this.#chosen.id);
    return found === -1 ? Math.max(0, Math.min(this.#chosen.index, rows.length - 1)) : found;
  }
}
