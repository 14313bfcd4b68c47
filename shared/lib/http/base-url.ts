/**
 * The address of an endpoint below a server's base URL: `http://host:8080` means `http://host:8080/v1`, and a query
 * (`?api-version=...`) stays.
 * @param path such as "chat/completions"
 */
export function endpoint(server: string, path: string): string {
  const url = new URL(server);
  const base = url.pathname === "/" ? "/v1" : url.pathname.replace(/\/+$/, "");
  // Somebody may have copied the whole address.
  url.pathname = base.endsWith(`/${path}`) ? base : `${base}/${path}`;
  return url.href;
}
