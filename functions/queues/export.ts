import { queueHandler } from "../queue-handler.ts";
import * as exportToMarkdown from "../tasks/export-to-markdown.ts";

export const handler = queueHandler("export", { export_to_markdown: exportToMarkdown });
