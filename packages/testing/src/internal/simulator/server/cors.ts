/**
 * What lets a page of another origin ask the simulator, and read what it answers.
 */
import type * as Http from "node:http"

/** Those that the client reads; of the others a page sees only the common ones. */
const exposed = "Date, Retry-After, Retry-After-Ms, X-Request-Id, X-Should-Retry"

/**
 * Sets the headers for a page on the response of any request.
 *
 * @internal
 */
export const allow = (response: Http.ServerResponse): void => {
  response.setHeader("Access-Control-Allow-Origin", "*")
  response.setHeader("Access-Control-Expose-Headers", exposed)
}

/**
 * The headers that answer the question a browser asks before it sends a request of a page; undefined where the request is
 * no such question.
 *
 * @internal
 */
export const preflight = (request: Http.IncomingMessage): Record<string, string> | undefined => {
  if (request.method !== "OPTIONS" || request.headers["access-control-request-method"] === undefined) return undefined
  return {
    "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
    // Named one by one: `*` does not stand for `Authorization`.
    "Access-Control-Allow-Headers": request.headers["access-control-request-headers"] ?? "",
    "Access-Control-Max-Age": "600"
  }
}
