/** The rules for code around a request: how a stream is read, addresses, keys. Pure. */
import * as Finding from "./finding.js"
import { replace } from "./fix.js"
import { isGlm, modelFindings } from "./request.js"
import { advice } from "./rules.js"
import type { Token } from "./scan.js"

/**
 * `toolStreamComes`: tool_stream is not there yet, but advised.
 *
 * @internal
 */
export const check = (tokens: ReadonlyArray<Token>, toolStreamComes: boolean): ReadonlyArray<Finding.Draft> => [
  ...checkStrings(tokens),
  ...checkReading(tokens, toolStreamComes)
]

/** Whether a text speaks of this service at all. @internal */
export const isAboutGlm = (tokens: ReadonlyArray<Token>): boolean =>
  tokens.some(({ kind, text }) =>
    kind === "punctuation" || kind === "number"
      ? false
      : /bigmodel|\bz\.ai\b|zhipu|^zai$|^zai-sdk$/i.test(text) || isGlm(text)
  )

/** Whether a text that speaks of this service calls it, by a client or by its address. @internal */
export const isCall = (tokens: ReadonlyArray<Token>): boolean =>
  tokens.some(({ kind, text }) =>
    kind === "word"
      ? /^(completions|chatCompletions?|ZhipuChat|ChatZhipuAI|ZhipuA[iI]|ZhipuA[iI]Client|ZaiClient|bigmodel)$/.test(
          text
        )
      : kind === "string" && /bigmodel\.cn|api\.z\.ai|chat\/completions/.test(text)
  )

/** Whether the openai package is used, and none that takes the fields of this service itself. @internal */
export const usesOpenai = (tokens: ReadonlyArray<Token>): boolean => {
  const imports = (name: RegExp) =>
    tokens.some(({ text }, i) => /^(import|from)$/.test(text) && name.test(tokens[i + 1]?.text ?? ""))
  return imports(/^(openai|langchain_openai)$/) && !imports(/^(zai|zhipuai)$/)
}

/** @internal */
export const speaksOfStreams = (tokens: ReadonlyArray<Token>): boolean =>
  tokens.some(({ kind, text }) => kind === "word" && /stream/i.test(text) && !/^tool_?stream$/i.test(text))

const keyForm = /\b[0-9a-f]{32}\.[A-Za-z0-9]{16}\b/

const checkStrings = (tokens: ReadonlyArray<Token>): ReadonlyArray<Finding.Draft> =>
  tokens.flatMap((token, i) => {
    const { kind, text } = token
    const findings: Array<Finding.Draft> = []
    if (kind === "string") {
      if (/^[\w.-]{5,40}$/.test(text) && isGlm(text)) findings.push(...modelFindings(text, token, token.span))
      if (keyForm.test(text)) findings.push(Finding.make("key-in-code", token))
    }
    const address = kind === "string" ? /https?:\/\/[^\s"'`]+/.exec(text)?.[0] : addressAt(tokens, i)
    if (address !== undefined) findings.push(...checkAddress(address, token))
    return findings
  })

/** An address in a shell line is no string, but many tokens. */
const addressAt = (tokens: ReadonlyArray<Token>, i: number): string | undefined => {
  const first = tokens[i]
  if (first?.kind !== "word" || !/^https?$/.test(first.text) || tokens[i + 1]?.text !== ":") return undefined
  let address = ""
  for (const token of tokens.slice(i, i + 40)) {
    if (token.line !== first.line || token.kind === "string") break
    address += token.text
  }
  return address
}

const checkAddress = (address: string, at: Token): ReadonlyArray<Finding.Draft> => {
  const [, scheme, host = "", path = ""] = /^(https?):\/\/([^/]+)(.*)$/.exec(address) ?? []
  if (!/(^|\.)bigmodel\.cn$|(^|\.)api\.z\.ai$/.test(host)) return []
  const start = (at.span?.from ?? 0) + Math.max(0, at.text.indexOf(address))
  const found = (what: string, part?: string, now = "") => [
    Finding.make("wrong-path", at, {
      what,
      fix: () => {
        if (part === undefined || at.span === undefined) return undefined
        const from = start + address.indexOf(part)
        return replace({ from, to: from + part.length }, part, now)
      }
    })
  ]
  if (scheme === "http") return found("The address begins with http://.", "http://", "https://")
  if (/\/v4\/v1/.test(path)) return found("There is no /v1 after /v4 in this API.", "/v4/v1", "/v4")
  return /\/paas\/v3/.test(path) ? found("The API is at v4, not v3.") : []
}

const at = (tokens: ReadonlyArray<Token>, i: number, ...wanted: ReadonlyArray<string | RegExp>): boolean =>
  wanted.every((want, offset) => {
    const text = tokens[i + offset]?.text
    return text !== undefined && (typeof want === "string" ? text === want : want.test(text))
  })

/** Where a property of the delta is read: `delta.x`, `delta?.x`, `delta["x"]`, `delta.get("x")`. */
const readsOfDelta = (tokens: ReadonlyArray<Token>, name: string): ReadonlyArray<Token> =>
  tokens.filter(
    (_, i) =>
      at(tokens, i, /^[dD]elta$/, /^(\?\.|\.)$/, name) ||
      at(tokens, i, /^[dD]elta$/, "[", name, "]") ||
      at(tokens, i, /^[dD]elta$/, "]", "[", name, "]") ||
      at(tokens, i, /^[dD]elta$/, /^(\?\.|\.)$/, "get", "(", name) ||
      at(tokens, i, /^[dD]elta$/, "!", ".", name) ||
      at(tokens, i, "getattr", "(", "delta", ",", name)
  )

const checkReading = (tokens: ReadonlyArray<Token>, toolStreamComes: boolean): ReadonlyArray<Finding.Draft> => {
  const mentions = (word: RegExp) => tokens.some(({ kind, text }) => kind !== "punctuation" && word.test(text))
  const findings: Array<Finding.Draft> = []

  const content = readsOfDelta(tokens, "content")[0]
  if (content !== undefined && !mentions(/reasoning_?content/i)) {
    const after = tokens.indexOf(content) + 1
    const isKey = at(tokens, after, /^[[\]]$/) || at(tokens, after, ".", "get")
    findings.push(
      Finding.make("reasoning-unread", content, {
        instead: (write) =>
          write.isPython && isKey
            ? 'Read delta.get("reasoning_content") beside the content'
            : advice["reasoning-unread"](write)
      })
    )
  }

  const calls = readsOfDelta(tokens, "tool_calls")[0]
  if (calls !== undefined && !mentions(/^index$/)) {
    if (mentions(/^(tool_stream|toolStream)$/)) findings.push(Finding.make("tool-arguments-join", calls))
    // Who follows the one advice needs the other; until then nothing is wrong.
    else if (toolStreamComes) findings.push({ ...Finding.make("tool-arguments-join", calls), level: "should" })
  }

  const unguarded = tokens.find((_, i) => isUnguarded(tokens, i))
  if (unguarded !== undefined && !isGuardSeen(tokens)) {
    const isKey = unguarded.kind === "string"
    findings.push(
      Finding.make("empty-choices", unguarded, {
        instead: (write) =>
          write.isPython && isKey
            ? 'Skip such chunks: if not chunk["choices"]: continue, before chunk["choices"][0]["delta"]'
            : advice["empty-choices"](write)
      })
    )
  }
  return findings
}

/** `.choices[0].delta` or `["choices"][0]["delta"]`, without a `?.` before the delta. */
const isUnguarded = (tokens: ReadonlyArray<Token>, i: number): boolean => {
  if (tokens[i]?.text !== "choices") return false
  const from = tokens[i + 1]?.text === "]" ? i + 2 : i + 1
  return at(tokens, from, "[", "0", "]", ".", "delta") || at(tokens, from, "[", "0", "]", "[", "delta")
}

/** Any sign that the number of choices is looked at. */
const isGuardSeen = (tokens: ReadonlyArray<Token>): boolean =>
  tokens.some(
    ({ text }, i) =>
      text === "choices" &&
      (at(tokens, i + 1, /^(\?\.|\.)$/, /^(length|isEmpty|len)$/) ||
        tokens
          .slice(Math.max(0, i - 6), i)
          .some((before) => before.line === tokens[i]?.line && /^(if|not|len|while|unless|!)$/.test(before.text)))
  )
