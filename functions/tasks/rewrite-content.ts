export { rewriteText as run } from "../../shared/capabilities/writing/rewrite-text.ts";
