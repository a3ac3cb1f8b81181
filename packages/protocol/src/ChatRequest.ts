/**
 * What can be said of a request before it is sent.
 *
 * @since 0.1.0
 */
export { encode } from "./internal/requests/encode.js"
export { check } from "./internal/requests/preflight.js"
