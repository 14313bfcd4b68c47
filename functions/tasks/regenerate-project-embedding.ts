export { onFailure, run } from "./generate-project-embedding.ts";
