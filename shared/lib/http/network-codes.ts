/** System error codes of a server that was reached but stayed silent (undici and libuv). */
export const timeoutCodes: ReadonlySet<unknown> = new Set([
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "ETIMEDOUT",
]);

/** System error codes of a connection that was refused, cut or never made. */
export const connectionCodes: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_SOCKET",
  "UND_ERR_CLOSED",
  "HPE_INVALID_CONSTANT",
]);

/** Whether an error's code says that a connection failed, in whichever way. */
export const isNetworkCode = (code: unknown): boolean => connectionCodes.has(code) || timeoutCodes.has(code);
