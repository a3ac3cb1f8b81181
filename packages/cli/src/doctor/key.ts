/** The form of the key, without a character of it. */
import * as ZhipuConfig from "@effect-zhipu/client/ZhipuConfig"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import type { Check } from "./check.js"
import * as check from "./check.js"

/** The kind of a key. Keys of the Coding Plan are reported to begin with sk-. @internal */
export type Kind = "pair" | "coding-plan" | "jwt" | "other"

/** @internal */
export const kindOf = (key: string): Kind => {
  const parts = key.split(".")
  if (parts.length === 3 && key.startsWith("eyJ")) return "jwt"
  if (parts.length === 2 && parts.every((part) => part !== "")) return "pair"
  return key.startsWith("sk-") ? "coding-plan" : "other"
}

const characters = ({ length }: string): string => `${length} ${length === 1 ? "character" : "characters"}`

const formOf = (key: string): string => {
  const [id = "", secret = ""] = key.split(".")
  switch (kindOf(key)) {
    case "pair":
      return `id.secret, an id of ${characters(id)} and a secret of ${secret.length}`
    case "coding-plan":
      return `a key that begins with sk-, as some Coding Plan keys do, ${characters(key)}`
    case "jwt":
      return `a token (JWT), ${characters(key)}`
    case "other":
      return `another form than id.secret, ${characters(key)}`
  }
}

const placeholder = /your[-_ ]?(api[-_ ]?)?(key|id)|^x+(\.x+)?$|^<.*>$|change[-_ ]?me/i

/** @internal */
export const checkForm = (key: string, auth: ZhipuConfig.AuthKind): Effect.Effect<Check> =>
  Effect.gen(function* () {
    const made = yield* Effect.either(ZhipuConfig.make({ apiKey: Redacted.make(key), auth }))
    if (Either.isLeft(made)) {
      return check.fail(
        "key form",
        ConfigError.isInvalidData(made.left) ? made.left.message : "The API key cannot be used.",
        auth === "jwt" && kindOf(key) !== "pair" && !/[\s"'`]/.test(key)
          ? "Use ZHIPU_AUTH=api-key, or a key of the form id.secret."
          : "Set the variable anew, to the key alone, as the console shows it."
      )
    }
    const form = `The key is ${formOf(key)}.`
    return { ...formed(key, form, auth), isOwnWords: true }
  })

const formed = (key: string, form: string, auth: ZhipuConfig.AuthKind): Check => {
  if (placeholder.test(key)) {
    return check.warn("key form", `${form} It looks like the placeholder of an example.`, "Put your own key there.")
  }
  if (kindOf(key) === "jwt") {
    return check.warn(
      "key form",
      `${form} Tokens expire.`,
      "Give the key itself; with ZHIPU_AUTH=jwt, zhipu signs a token for each request."
    )
  }
  return check.ok(
    "key form",
    `${form} It is sent ${auth === "jwt" ? "as a signed token (jwt)" : "as it is (api-key)"}.`
  )
}
