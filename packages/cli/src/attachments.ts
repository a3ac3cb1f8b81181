/**
 * Files of the command line and of the session as parts of a prompt: text goes before it, images, videos and documents
 * beside it.
 */
import * as Message from "@effect-zhipu/client/Message"
import * as Model from "@effect-zhipu/client/Model"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Os from "node:os"
import * as Path from "node:path"
import { fileURLToPath } from "node:url"
import { withFile } from "./attachments/file.js"
import * as Kind from "./attachments/kind.js"
import * as Encoding from "./encoding.js"
import * as Part from "./attachments/part.js"
import { UsageError } from "./errors.js"
import { joinPrompt } from "./input.js"
import { say } from "./language.js"
import type { Service as Output } from "./output.js"
import { printable } from "./text.js"

/** Something read, ready for a prompt. @internal */
export interface Attached {
  /** What it is, for people: `cat.png, image/png, 34 KB`. */
  readonly label: string
  /** Text for the prompt, or a part beside it. */
  readonly content: string | Message.Part
}

/** What a text file may hold at the most: more than the largest context of any model. */
const textLimit = 8 * 1024 * 1024

const load = (source: string, model: string): Effect.Effect<Attached, string> => {
  const remote = urlOf(source)
  if (remote !== undefined) return fromUrl(remote, model)
  if (/^file:/i.test(source) && URL.canParse(source)) {
    return Effect.flatMap(
      Effect.try({ try: () => fileURLToPath(source), catch: () => "This file: URL leads to no path here." }),
      (path) => fromPath(path, model)
    )
  }
  if (/^(data:|[a-z][a-z\d+.-]+:\/\/)/i.test(source)) return Effect.fail("It takes a path, or an http: or https: URL.")
  if (source === "" || source === "-") {
    return Effect.fail("It takes a path or a URL. What is piped in goes before the prompt by itself.")
  }
  return fromPath(source, model)
}

/**
 * Reads paths, and takes URLs as they are: the service fetches them.
 *
 * @param option - what a message about them begins with
 * @internal
 */
export const loadAll = (
  option: string,
  sources: ReadonlyArray<string>,
  model: string
): Effect.Effect<ReadonlyArray<Attached>, UsageError> =>
  Effect.gen(function* () {
    const attached = yield* Effect.forEach(sources, (source) => load(source, model))
    const types = new Set(attached.map(({ content }) => (typeof content === "string" ? "text" : content.type)))
    // The protocol has this for `file_url` alone, not for the part `file` of the newer models.
    if (types.has("file_url") && (types.has("image_url") || types.has("video_url"))) {
      return yield* Effect.fail(`${model} takes no documents together with images or videos: ask in two prompts.`)
    }
    return attached
  }).pipe(Effect.mapError((problem) => new UsageError({ message: `${option}: ${problem}` })))

/** What a turn holds: parts first, as older models want their video, then all text, with the prompt last. @internal */
export const contentOf = (attached: ReadonlyArray<Attached>, prompt: string): Message.UserMessage["content"] => {
  const parts = attached.flatMap(({ content }) => (typeof content === "string" ? [] : [content]))
  const texts = attached.flatMap(({ content }) => (typeof content === "string" ? [content] : []))
  const text = texts.reduceRight((after, before) => joinPrompt(before, after), prompt)
  return parts.length === 0 ? text : [...parts, Message.text(text)]
}

/** Lists what was attached where that is wanted, and warns where nothing is known about the model. @internal */
export const announce = (
  attached: ReadonlyArray<Attached>,
  model: string,
  output: Output,
  isListed: boolean
): Effect.Effect<void> => {
  const unknown = attached.some(({ content }) => typeof content !== "string") && Option.isNone(Model.find(model))
  return output.notice(
    ...(isListed ? attached.map(({ label }) => say("attached", { label })) : []),
    ...(unknown ? [say("unknownTaker", { model: printable(model) })] : [])
  )
}

interface Remote {
  readonly url: URL
  readonly kind: Kind.MediaKind | undefined
}

/** A URL, after the word for what it leads to where its end does not tell: `image:https://…`. */
const urlOf = (source: string): Remote | undefined => {
  const [, word, url = ""] = /^(?:(image|video|file):)?(https?:\/\/.*)$/is.exec(source) ?? []
  const kind = (["image", "video", "file"] as const).find((kind) => kind === word?.toLowerCase())
  return URL.canParse(url) ? { url: new URL(url), kind } : undefined
}

const fromUrl = (remote: Remote, model: string): Effect.Effect<Attached, string> =>
  Effect.gen(function* () {
    const { host, pathname, protocol } = remote.url
    // Not the rest: the query may hold a signature, and a password may stand before the host.
    const shown = printable(`${protocol}//${host}${pathname}`)
    const kind = remote.kind ?? (yield* Kind.ofUrl(remote.url))
    if (kind === undefined) {
      return yield* Effect.fail(
        `${shown} does not tell by its name what it is: write image:, video: or file: before the URL.`
      )
    }
    const content = yield* Effect.mapError(Part.ofUrl(kind, remote.url, model), (problem) => `${shown} ${problem}.`)
    return { label: `${shown}, ${kind}`, content }
  })

/** As it was named, but without the directories above that only an absolute path tells. */
const nameOf = (path: string): string => {
  if (!Path.isAbsolute(path)) return printable(Path.normalize(path))
  const relative = Path.relative(process.cwd(), path)
  const isOutside = relative.startsWith("..") || Path.isAbsolute(relative)
  return printable(isOutside ? Path.basename(path) : relative)
}

const fromPath = (path: string, model: string): Effect.Effect<Attached, string> =>
  withFile(path, (file) =>
    Effect.gen(function* () {
      const name = nameOf(path)
      const head = yield* file.head(Kind.headSize)
      if (head.length === 0) return yield* Effect.fail("is empty")
      const kind = yield* Kind.of(head, name)
      switch (kind._tag) {
        case "Text": {
          const content = yield* file.head(textLimit + 1)
          return yield* textOf(path, name, content, kind.encoding)
        }
        case "Media": {
          const { as, mediaType } = kind
          const content = yield* Part.ofPath(as, path, { filename: Path.basename(name), mediaType, model })
          return { label: `${name}, ${mediaType}, ${Part.size(file.size)}`, content }
        }
        case "Misnamed":
          return yield* Effect.fail(`holds text, though its name says ${kind.mediaType}: rename it to send it as text`)
        case "Undecodable":
          return yield* Effect.fail(undecodable(path))
        case "Unknown":
          return yield* Effect.fail("is neither text, image, video nor a document that the service takes")
      }
    })
  ).pipe(Effect.mapError((problem) => `${printable(path)} ${problem}.`))

const undecodable = (path: string): string =>
  "is neither UTF-8 nor UTF-16 with a byte order mark: where it is text, convert it, for example with " +
  `iconv -f GB18030 -t UTF-8 ${printable(path)}`

const textOf = (
  path: string,
  name: string,
  bytes: Uint8Array,
  encoding: Encoding.Encoding
): Effect.Effect<Attached, string> => {
  if (bytes.length > textLimit) {
    return Effect.fail(
      `is text of more than ${Part.size(textLimit)}, which no model can read at once: send a part of it`
    )
  }
  const text = Encoding.decode(bytes, encoding)
  if (text === undefined) return Effect.fail(undecodable(path))
  if (text.trim() === "") return Effect.fail("holds no text")
  return Effect.succeed({ label: `${name}, text, ${Part.size(bytes.length)}`, content: fenced(name, text) })
}

/** The name, then the text in a fence that is longer than any inside. */
const fenced = (name: string, text: string): string => {
  let longest = 2
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length)
  const fence = "`".repeat(longest + 1)
  const language = /\.([A-Za-z\d]+)$/.exec(name)?.[1]?.toLowerCase() ?? ""
  return `File ${name}:\n\n${fence}${language}\n${text}${text.endsWith("\n") ? "" : "\n"}${fence}`
}

/**
 * A path as it is typed where no shell reads it: with `~`, in quotes, or with escaped spaces, as a terminal writes a file
 * that is dropped on it.
 *
 * @internal
 */
export const typedPath = (typed: string): string => {
  const [, , inside] = /^(["'])(.*)\1$/s.exec(typed) ?? []
  if (inside !== undefined) return inside
  const plain = Path.sep === "/" ? typed.replace(/\\([ '"()&\\])/g, "$1") : typed
  return plain.replace(/^~(?=[/\\]|$)/, () => Os.homedir())
}
