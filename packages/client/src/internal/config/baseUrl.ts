/** Brings a base URL into the one form that paths are appended to. Pure. */
import * as Either from "effect/Either"

/**
 * Trims, drops a trailing slash and a path of an endpoint that was pasted along. The left side is what is wrong, as the
 * end of a sentence that begins with "the base URL".
 *
 * @internal
 */
export const normalise = (input: string): Either.Either<string, string> => {
  // A program without types may name a region that there is not, which has none.
  const trimmed = `${input}`.trim()
  if (!URL.canParse(trimmed)) return Either.left("is not a URL, for example https://open.bigmodel.cn/api/paas/v4")
  const url = new URL(trimmed)
  if (url.protocol !== "https:" && url.protocol !== "http:") return Either.left("must begin with https://")
  if (url.username !== "" || url.password !== "") return Either.left("must not hold a user name or password")
  if (url.search !== "" || url.hash !== "") return Either.left("must not hold a query or a fragment")
  if (url.protocol === "http:" && /(^|\.)(bigmodel\.cn|z\.ai)\.?$/.test(url.hostname)) {
    return Either.left("must begin with https://, or the key would travel unencrypted")
  }
  const path = url.pathname
    .replace(/\/+$/, "")
    .replace(/\/chat\/completions$/, "")
    .replace(/\/+$/, "")
  return Either.right(url.origin + path)
}

/**
 * Where what is beside the chat API begins, `<origin>/api` at the vendor's hosts: agents and knowledge bases stand there. A
 * base URL of another form, such as that of a gateway, is taken for both.
 *
 * @internal
 */
export const hostOf = (baseUrl: string): string => baseUrl.replace(/\/((coding\/)?paas\/v4|anthropic)$/, "")
