/** What each code of the service means for a caller, written down from the vendor's error page. */

export interface Verdict {
  /** The HTTP status under which the service sends the code. */
  readonly status: number
  readonly code: string
  readonly tag: string
  readonly retryable: boolean
}

const rows = (
  tag: string,
  retryable: boolean,
  ...codes: ReadonlyArray<readonly [status: number, code: string]>
): ReadonlyArray<Verdict> => codes.map(([status, code]) => ({ status, code, tag, retryable }))

export const verdicts: ReadonlyArray<Verdict> = [
  ...rows("ServerError", true, [500, "500"], [500, "-1"], [500, "1200"], [500, "1230"], [500, "1234"]),
  ...rows(
    "AuthenticationError",
    false,
    [401, "1000"],
    [401, "1001"],
    [401, "1002"],
    [401, "1003"],
    [401, "1004"],
    [401, "1005"],
    [401, "401"]
  ),
  ...rows("AccountError", false, [400, "1100"], [400, "1110"], [400, "1111"], [400, "1112"], [429, "1121"]),
  ...rows("AccountError", false, [429, "1309"], [429, "1314"]),
  ...rows("AccountError", true, [400, "1120"]),
  ...rows("InsufficientBalanceError", false, [429, "1113"]),
  ...rows(
    "InvalidRequestError",
    false,
    [400, "1210"],
    [400, "1212"],
    [400, "1213"],
    [400, "1214"],
    [400, "1215"],
    [400, "1221"],
    [400, "1222"],
    [400, "1231"],
    [404, "404"],
    [435, "435"]
  ),
  ...rows("ModelNotFoundError", false, [400, "1211"]),
  ...rows("PermissionError", false, [403, "1220"], [429, "1311"], [429, "1315"], [403, "403"], [434, "434"]),
  ...rows("ContextLengthError", false, [400, "1261"]),
  ...rows("ContentFilteredError", false, [400, "1300"], [400, "1301"]),
  ...rows("RateLimitError", true, [429, "1302"], [429, "1303"]),
  ...rows(
    "QuotaExceededError",
    false,
    [429, "1304"],
    [429, "1308"],
    [429, "1310"],
    [429, "1313"],
    [429, "1316"],
    [429, "1317"],
    [429, "1318"],
    [429, "1319"],
    [429, "1320"],
    [429, "1321"]
  ),
  ...rows("OverloadedError", true, [429, "1305"], [503, "503"], [529, "529"])
]

/** What a status means where no code is known. */
export const byStatus: ReadonlyArray<readonly [status: number, tag: string, retryable: boolean]> = [
  [400, "InvalidRequestError", false],
  [401, "AuthenticationError", false],
  [403, "PermissionError", false],
  [404, "InvalidRequestError", false],
  [405, "InvalidRequestError", false],
  [408, "ServerError", true],
  [413, "InvalidRequestError", false],
  [422, "InvalidRequestError", false],
  [429, "RateLimitError", true],
  [434, "PermissionError", false],
  [435, "InvalidRequestError", false],
  [500, "ServerError", true],
  [502, "ServerError", true],
  [503, "OverloadedError", true],
  [504, "ServerError", true],
  [529, "OverloadedError", true],
  [599, "ServerError", true]
]

const message = "the reason that the service gives"

/** The shapes that a code comes in. */
export const envelopes: Readonly<Record<string, (code: string) => unknown>> = {
  "a code as a string": (code) => ({ error: { code, message } }),
  "a code as a number": (code) => ({ error: { code: Number(code), message } }),
  "a request id": (code) => ({ error: { code, message }, request_id: "r-1" }),
  "a content filter": (code) => ({ contentFilter: [{ level: 1, role: "user" }], error: { code, message } }),
  "the Anthropic envelope": (code) => ({
    type: "error",
    error: { type: "api_error", code, message: `[${code}][${message}]` },
    request_id: "r-1"
  }),
  "the Anthropic envelope, the code in its message alone": (code) => ({
    type: "error",
    error: { type: "invalid_request_error", message: `[${code}][${message}]` }
  }),
  "code, msg, success": (code) => ({ code: Number(code), msg: message, success: false }),
  "code, message": (code) => ({ code, message, timestamp: 1767225600 })
}

/** Bodies that tell no code. */
export const codeless: Readonly<Record<string, (status: number) => string>> = {
  "a Spring document": (status) =>
    JSON.stringify({ timestamp: "2026-06-08T06:12:47.210+00:00", status, error: "Some Reason", path: "/v4/v1/x" }),
  "no body": () => "",
  HTML: (status) => `<html><head><title>${status} Bad</title></head><body><h1>${status}</h1>nginx</body></html>`,
  "plain text": () => "upstream connect error",
  "an unknown code": () => JSON.stringify({ error: { code: "1999", message } }),
  "an empty error": () => JSON.stringify({ error: {} })
}
