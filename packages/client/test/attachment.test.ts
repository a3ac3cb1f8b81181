/** Parts of a message from URLs, bytes and files: their encoding, and what is refused before it is sent. */
import { describe, expect, it } from "@effect/vitest"
import { Attachment, Message } from "@effect-zhipu/client"
import { Error, FileSystem } from "@effect/platform"
import { NodeFileSystem } from "@effect/platform-node"
import { Effect, FastCheck as fc, Option, Schema } from "effect"
import { encode, head, sizeOf } from "@effect-zhipu/protocol/internal/text/base64"
import { ofBytes } from "@effect-zhipu/protocol/internal/text/mediaType"

const MiB = 1024 * 1024

const bytesOf = (head: string, size = 64): Uint8Array => {
  const bytes = new Uint8Array(Math.max(size, head.length))
  for (const [index, character] of Array.from(head).entries()) bytes[index] = character.charCodeAt(0)
  return bytes
}

const png = (size?: number) => bytesOf("\x89PNG\r\n\x1A\n", size)
const jpeg = bytesOf("\xFF\xD8\xFF\xE0")
const mp4 = (size?: number) => bytesOf("\0\0\0\x18ftypisom", size)
const pdf = bytesOf("%PDF-1.7")

const vision = { model: "glm-4.6v" }

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64")

const errorOf = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.map(Effect.flip(effect), (error) => (error instanceof Attachment.AttachmentError ? error : undefined))

describe("images", () => {
  it.effect("bytes become bare base64, which all models take, or a data URI where asked for", () =>
    Effect.gen(function* () {
      expect(yield* Attachment.imageFromBytes(jpeg, vision)).toEqual(Message.imageUrl(base64(jpeg)))
      expect(yield* Attachment.imageFromBytes(jpeg, { ...vision, encoding: "dataUri" })).toEqual(
        Message.imageUrl(`data:image/jpeg;base64,${base64(jpeg)}`)
      )
    })
  )

  it.effect("a URL stays as it is; a data URI is encoded as the model takes it", () =>
    Effect.gen(function* () {
      const url = "https://example.com/a.png?x=1"
      expect(yield* Attachment.imageFromUrl(url, vision)).toEqual(Message.imageUrl(url))
      expect(yield* Attachment.imageFromUrl(new URL(url), vision)).toEqual(Message.imageUrl(url))
      const embedded = `data:image/png;charset=x;base64,${base64(png())}`
      expect(yield* Attachment.imageFromUrl(embedded, vision)).toEqual(Message.imageUrl(base64(png())))
      const again = yield* Attachment.imageFromUrl(embedded, { ...vision, encoding: "dataUri" })
      expect(again).toEqual(Message.imageUrl(`data:image/png;base64,${base64(png())}`))
    })
  )

  it.effect.each(["cat.png", "file:///cat.png", "data:image/png,abc", "data:image/png;base64,???", "", "ftp://a/b"])(
    "no such URL: %s",
    (url) =>
      Effect.gen(function* () {
        const error = yield* errorOf(Attachment.imageFromUrl(url, vision))
        expect(error?.reason).toBe("Url")
        if (url !== "") expect(error?.message).not.toContain(url)
      })
  )

  it.effect("five MiB and not a byte more, from bytes and from a data URI", () =>
    Effect.gen(function* () {
      expect(yield* Attachment.imageFromBytes(png(5 * MiB), vision)).toMatchObject({ type: "image_url" })
      const tooLarge = { reason: "TooLarge", size: 5 * MiB + 1, limit: 5 * MiB, model: "glm-4.6v" }
      expect(yield* errorOf(Attachment.imageFromBytes(png(5 * MiB + 1), vision))).toMatchObject(tooLarge)
      const uri = `data:image/png;base64,${base64(png(5 * MiB + 1))}`
      expect(yield* errorOf(Attachment.imageFromUrl(uri, vision))).toMatchObject(tooLarge)
    })
  )

  it.effect("nothing, something else, and something unknown", () =>
    Effect.gen(function* () {
      expect(yield* errorOf(Attachment.imageFromBytes(new Uint8Array(), vision))).toMatchObject({ reason: "Empty" })
      expect(yield* errorOf(Attachment.imageFromBytes(pdf, vision))).toMatchObject({
        reason: "MediaType",
        mediaType: "application/pdf"
      })
      const unknown = new Uint8Array([1, 2, 3])
      expect(yield* errorOf(Attachment.imageFromBytes(unknown, vision))).toMatchObject({ reason: "MediaType" })
      const told = Attachment.imageFromBytes(unknown, { ...vision, mediaType: "image/png" })
      expect(yield* told).toEqual(Message.imageUrl("AQID"))
    })
  )

  it.effect("models that take no images, or no base64; one that is not known takes all", () =>
    Effect.gen(function* () {
      const outcomes = yield* Effect.forEach(["glm-4.6", "glm-4v-flash", "glm-5.3-flash", "glm-99"], (model) =>
        Effect.all([
          Effect.match(Attachment.imageFromUrl("https://example.com/a.png", { model }), {
            onSuccess: () => "sent",
            onFailure: (error) => error.reason
          }),
          Effect.match(Attachment.imageFromBytes(jpeg, { model }), {
            onSuccess: () => "sent",
            onFailure: (error) => error.reason
          })
        ])
      )
      expect(outcomes).toEqual([
        ["Unsupported", "Unsupported"],
        ["sent", "Unsupported"],
        ["sent", "sent"],
        ["sent", "sent"]
      ])
    })
  )
})

describe("videos", () => {
  it.effect("from a URL and from bytes, with the limits of the model", () =>
    Effect.gen(function* () {
      const url = "https://example.com/a.mp4"
      expect(yield* Attachment.videoFromUrl(url, vision)).toEqual(Message.videoUrl(url))
      expect(yield* Attachment.videoFromBytes(mp4(), vision)).toEqual(Message.videoUrl(base64(mp4())))
      const large = mp4(20 * MiB + 1)
      const error = yield* errorOf(Attachment.videoFromBytes(large, { model: "glm-4v-plus-0111" }))
      expect(error).toMatchObject({ reason: "TooLarge", limit: 20 * MiB })
      expect(yield* Attachment.videoFromBytes(large, vision)).toMatchObject({ type: "video_url" })
      expect(yield* errorOf(Attachment.videoFromBytes(mp4(), { model: "glm-4v-flash" }))).toMatchObject({
        reason: "Unsupported"
      })
    })
  )
})

describe("files", () => {
  it.effect("older models take URLs alone, the newer ones content too", () =>
    Effect.gen(function* () {
      const url = "https://example.com/a.pdf"
      const newer = { model: "glm-5.3-flash", filename: "a.pdf" }
      expect(yield* Attachment.fileFromUrl(url, vision)).toEqual(Message.fileUrl(url))
      expect(yield* Attachment.fileFromUrl(url, newer)).toEqual({
        type: "file",
        file: { file_url: url, filename: "a.pdf" }
      })
      const content = `data:application/pdf;base64,${base64(pdf)}`
      const part = { type: "file", file: { file_data: content, filename: "a.pdf" } }
      expect(yield* Attachment.fileFromBytes(pdf, newer)).toEqual(part)
      expect(yield* Attachment.fileFromUrl(content, newer)).toEqual(part)
      expect(Schema.is(Message.Part)(part)).toBe(true)
      for (const effect of [Attachment.fileFromBytes(pdf, vision), Attachment.fileFromUrl(content, vision)]) {
        expect(yield* errorOf(effect)).toMatchObject({ reason: "Unsupported", message: expect.stringContaining("URL") })
      }
    })
  )

  it.effect("what kind of office file it is, its name tells", () =>
    Effect.gen(function* () {
      const zip = bytesOf("PK\x03\x04")
      const part = (filename?: string) =>
        Effect.map(
          Attachment.fileFromBytes(zip, { model: "glm-5.3-flash", ...(filename === undefined ? {} : { filename }) }),
          ({ file }) => file.file_data?.split(";")[0]
        )
      expect(yield* part("a.DOCX")).toMatch(/wordprocessingml/)
      expect(yield* part("a.xlsx")).toMatch(/spreadsheetml/)
      expect(yield* part()).toBe("data:application/zip")
    })
  )
})

describe("paths", () => {
  const inFolder = <A, E>(
    name: string,
    content: Uint8Array,
    use: (path: string) => Effect.Effect<A, E, FileSystem.FileSystem>
  ) =>
    Effect.gen(function* () {
      const fileSystem = yield* FileSystem.FileSystem
      const folder = yield* fileSystem.makeTempDirectoryScoped()
      const path = `${folder}/${name}`
      yield* fileSystem.writeFile(path, content)
      return yield* use(path)
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))

  it.effect("are read, and what the bytes show counts more than the name", () =>
    Effect.gen(function* () {
      const part = yield* inFolder("a.png", jpeg, (path) =>
        Attachment.imageFromPath(path, { ...vision, encoding: "dataUri" })
      )
      expect(part).toEqual(Message.imageUrl(`data:image/jpeg;base64,${base64(jpeg)}`))
      const file = yield* inFolder("日报.txt", Buffer.from("你好"), (path) =>
        Attachment.fileFromPath(path, { model: "glm-5.3-flash" })
      )
      expect(file).toEqual({
        type: "file",
        file: { file_data: "data:text/plain;base64,5L2g5aW9", filename: "日报.txt" }
      })
      const error = yield* Effect.flip(inFolder("a.png", pdf, (path) => Attachment.imageFromPath(path, vision)))
      expect(error).toMatchObject({ reason: "MediaType", path: expect.stringContaining("a.png") })
      expect(yield* inFolder("clip.mov", mp4(), (path) => Attachment.videoFromPath(path, vision))).toEqual(
        Message.videoUrl(base64(mp4()))
      )
    })
  )

  it.effect("a file that is not there is platform's error", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Attachment.imageFromPath("/no/such.png", vision))
      expect(error).toMatchObject({ _tag: "SystemError", reason: "NotFound" })
      expect(Error.isPlatformError(error)).toBe(true)
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.effect("a file that is too large, or for another model, is not read", () => {
    const untouched = FileSystem.layerNoop({
      stat: () => Effect.succeed({ ...stat, size: FileSystem.Size(1e12) }),
      readFile: () => Effect.dieMessage("it was read")
    })
    return Effect.gen(function* () {
      const error = yield* Effect.flip(Attachment.videoFromPath("a.mp4", vision))
      expect(error).toMatchObject({ reason: "TooLarge", size: 1e12, path: "a.mp4" })
      expect(yield* Effect.flip(Attachment.fileFromPath("a.pdf", vision))).toMatchObject({ reason: "Unsupported" })
    }).pipe(Effect.provide(untouched))
  })

  const none = Option.none()
  const stat: Omit<FileSystem.File.Info, "size"> = {
    type: "File",
    mtime: none,
    atime: none,
    birthtime: none,
    dev: 0,
    ino: none,
    mode: 0,
    nlink: none,
    uid: none,
    gid: none,
    rdev: none,
    blksize: none,
    blocks: none
  }
})

describe("base64", () => {
  it("is that of every other encoder, at any length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = encode(bytes)
        expect(text).toBe(base64(bytes))
        expect(sizeOf(text)).toBe(bytes.length)
        expect(head(text)).toEqual(bytes.slice(0, 48))
      })
    )
    for (const size of [0x5fff, 0x6000, 0x6001, 100_000]) {
      const bytes = Uint8Array.from({ length: size }, (_, index) => index * 7)
      expect(encode(bytes)).toBe(base64(bytes))
    }
  })

  it.each(["a", "ab=", "a===", "ab c", "a-_b", "ab=c", "=abc"])("no base64: %s", (text) => {
    expect(sizeOf(text)).toBe(undefined)
  })
})

it("media types by the first bytes", () => {
  const shown = (text: string) => ofBytes(bytesOf(text))
  expect(shown("GIF89a")).toBe("image/gif")
  expect(shown("RIFF\x01\x02\x03\x04WEBPVP8 ")).toBe("image/webp")
  expect(shown("RIFF\x01\x02\x03\x04WAVEfmt ")).toBe("audio/wav")
  expect(shown("\0\0\0\x14ftypqt  ")).toBe("video/quicktime")
  expect(shown("\0\0\0\x18ftypheic")).toBe("image/heic")
  expect(shown("\x1AE\xDF\xA3")).toBe("video/x-matroska")
  expect(shown("BMI is a number")).toBe(undefined)
  expect(ofBytes(new Uint8Array([0x89]))).toBe(undefined)
})
