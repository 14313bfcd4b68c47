import { queueHandler } from "../queue-handler.ts";
import * as batchGenerateEmbeddings from "../tasks/batch-generate-embeddings.ts";
import * as deleteProjectEmbedding from "../tasks/delete-project-embedding.ts";
import * as generateProjectEmbedding from "../tasks/generate-project-embedding.ts";
import * as indexDocument from "../tasks/index-document.ts";
import * as regenerateProjectEmbedding from "../tasks/regenerate-project-embedding.ts";
import * as reindexEmbeddings from "../tasks/reindex-embeddings.ts";

export const handler = queueHandler("embedding", {
  generate_project_embedding: generateProjectEmbedding,
  regenerate_project_embedding: regenerateProjectEmbedding,
  batch_generate_embeddings: batchGenerateEmbeddings,
  delete_project_embedding: deleteProjectEmbedding,
  index_document: indexDocument,
  reindex_embeddings: reindexEmbeddings,
});
