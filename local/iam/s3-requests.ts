import type { AwsRequest } from "./aws-request.ts";
import type { Asked } from "./statements.ts";

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const unescapeXml = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] ?? "");

/** The keys that a `DeleteObjects` names. */
const keysToDelete = (body: Buffer): string[] =>
  [...body.toString().matchAll(/<Key>(.*?)<\/Key>/gs)].map(([, key = ""]) => unescapeXml(key));

/** The actions on objects, and the listing of a bucket. Requests name their bucket in the path. */
export function askedOfS3({ method, url, body, contentType }: AwsRequest): Asked[] {
  const [path = "", search = ""] = url.split("?");
  const query = new URLSearchParams(search);
  const [bucket = "", ...rest] = path.replace(/^\//, "").split("/").map(decodeURIComponent);
  const key = rest.join("/");
  const on = (action: string, name: string): Asked => ({
    action: `s3:${action}`,
    resource: `arn:aws:s3:::${bucket}/${name}`,
    context: {},
  });
  if (key === "") {
    if (method === "GET" || method === "HEAD") {
      const context = { "s3:prefix": [query.get("prefix") ?? ""] };
      return [{ action: "s3:ListBucket", resource: `arn:aws:s3:::${bucket}`, context }];
    }
    if (method === "POST" && query.has("delete")) return keysToDelete(body).map((each) => on("DeleteObject", each));
    if (method === "POST" && contentType.startsWith("multipart/form-data")) return [on("PutObject", formKey(body))];
    return [{ action: `s3:${method}Bucket`, resource: `arn:aws:s3:::${bucket}`, context: {} }];
  }
  if (method === "GET" || method === "HEAD") return [on("GetObject", key)];
  if (method === "DELETE") return [on(query.has("uploadId") ? "AbortMultipartUpload" : "DeleteObject", key)];
  return [on("PutObject", key)];
}

/** The field `key` of a form, which comes before its file. */
const formKey = (body: Buffer): string =>
  /name="key"\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]*)/.exec(body.subarray(0, 20_000).toString("latin1"))?.[1] ?? "";
