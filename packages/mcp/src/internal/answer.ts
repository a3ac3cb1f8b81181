/** From what a server sends to an answer: leniently, as a later version of the protocol has more kinds of content. */
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { Content, McpAnswer } from "../McpAnswer.js"

const AnyRecord = Schema.Record({ key: Schema.String, value: Schema.Unknown })

const Result = Schema.Struct({
  content: Schema.optionalWith(Schema.Array(AnyRecord), { default: () => [] }),
  structuredContent: Schema.optionalWith(AnyRecord, { nullable: true }),
  isError: Schema.optionalWith(Schema.Boolean, { nullable: true })
})

const decodeResult = Schema.decodeUnknownOption(Result)

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

const contentOf = (block: Readonly<Record<string, unknown>>): Content => {
  const { data, description, mimeType, name, resource, type, uri } = block
  if (type === "text" && typeof block.text === "string") return { type, text: block.text }
  if ((type === "image" || type === "audio") && typeof data === "string") {
    return { type, data, mimeType: text(mimeType) ?? "application/octet-stream" }
  }
  if (type === "resource_link" && typeof uri === "string") {
    return { type, uri, name: text(name) ?? uri, mimeType: text(mimeType), description: text(description) }
  }
  if (type === "resource" && Predicate.isRecord(resource) && typeof resource.uri === "string") {
    const { blob, mimeType, uri } = resource
    return { type, uri, mimeType: text(mimeType), text: text(resource.text), blob: text(blob) }
  }
  return { type: "other", value: block }
}

const bytesOf = (base64: string): number => Math.floor((base64.replace(/=+$/, "").length * 3) / 4)

const joined = (...parts: ReadonlyArray<string | undefined>): string =>
  parts.filter((part) => part !== undefined && part !== "").join(" ")

const described = (block: Content): string => {
  switch (block.type) {
    case "text":
      return block.text
    case "image":
    case "audio":
      return `[${block.type} ${block.mimeType}, ${bytesOf(block.data)} bytes]`
    case "resource": {
      const { blob, mimeType, text, uri } = block
      const head = joined("resource", uri, mimeType)
      if (text !== undefined) return `[${head}]\n${text}`
      return blob === undefined ? `[${head}]` : `[${head}, ${bytesOf(blob)} bytes]`
    }
    case "resource_link": {
      const { description, mimeType, name, uri } = block
      return `[${joined("link", name === uri ? undefined : name, uri, mimeType)}]${description === undefined ? "" : ` ${description}`}`
    }
    case "other":
      return `[content of the type ${JSON.stringify(block.value.type)}]`
  }
}

/** Half of a pair at the cut would be no text any more. */
const cutAt = (text: string, length: number): string => {
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}

/** @internal */
export interface Received extends McpAnswer {
  readonly isError: boolean
}

/** @internal */
export const answerOf = (
  result: unknown,
  maxText: number,
  redacted: (text: string) => string
): Option.Option<Received> =>
  Option.map(decodeResult(result), ({ content: blocks, isError, structuredContent }) => {
    const content = blocks.map(contentOf)
    // A server that gives a structure says the same in a text, for clients that know no structures. Not all do.
    const parts =
      content.length === 0 && structuredContent !== undefined
        ? [JSON.stringify(structuredContent)]
        : content.map(described)
    const whole = redacted(parts.join("\n"))
    const isCut = whole.length > maxText
    return {
      // An empty result is one that the service may refuse.
      text: isCut
        ? `${cutAt(whole, maxText)}\n[cut here: these are the first ${maxText} of ${whole.length} characters]`
        : whole === ""
          ? "[no content]"
          : whole,
      isCut,
      content,
      structuredContent,
      isError: isError === true
    }
  })
