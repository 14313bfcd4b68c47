declare module "aws4" {
  interface Request {
    readonly service: string;
    readonly region: string;
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }
  interface Credentials {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  }
  /** Adds the signature of AWS (version 4) to the headers. */
  function sign(request: Request, credentials: Credentials): { readonly headers: Readonly<Record<string, string>> };
  const aws4: { readonly sign: typeof sign };
  export default aws4;
}
