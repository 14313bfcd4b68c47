import { defineCatalog, type Handlers, standardTasks } from "sluice";
import { readingReport } from "./tasks/reading-report.ts";
import { wordStats } from "./tasks/word-stats.ts";

/** Sluice's own tasks and yours. The API, its description, the queues and the alarms follow from it. */
export const catalog = defineCatalog({ ...standardTasks, word_stats: wordStats, reading_report: readingReport });

/** The code of your tasks; one without it does not compile. */
export const handlers: Handlers<typeof catalog> = {
  word_stats: () => import("./tasks/word-stats.run.ts"),
  reading_report: () => import("./tasks/reading-report.run.ts"),
};
