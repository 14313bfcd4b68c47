import { WORD_SEARCH_NOTICE } from "../../../contracts/projects/vector-search.ts";
import type { EmbeddingBackend } from "../../../contracts/settings/vectors.ts";

/** What the answer to a search says beside its matches. @param backend what made the vectors */
export const noticeOf = (backend: EmbeddingBackend | undefined): { readonly notice?: string } =>
  backend === "embedded" ? { notice: WORD_SEARCH_NOTICE } : {};
