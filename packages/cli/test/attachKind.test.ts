/** What a file is: told from its bytes, then from its name. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fc from "effect/FastCheck"
import * as Kind from "../src/attachments/kind.js"
import * as Encoding from "../src/encoding.js"

const of = (head: Uint8Array, name = "file") => Effect.runSync(Kind.of(head, name))
const utf8 = (text: string) => new TextEncoder().encode(text)
const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))

const utf16 = (text: string, isLittle: boolean): Uint8Array => {
  const bytes = new Uint8Array(2 + text.length * 2)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, 0xfeff, isLittle)
  for (let i = 0; i < text.length; i++) view.setUint16(2 + i * 2, text.charCodeAt(i), isLittle)
  return bytes
}

/** Any text without zero characters and without a mark of its own. */
const text = fc
  .array(fc.integer({ min: 1, max: 0x10ffff }), { minLength: 1, maxLength: 300 })
  .map((points) =>
    points.map((point) => (point >= 0xd800 && point < 0xe000 ? "中" : String.fromCodePoint(point))).join("")
  )
  .filter((text) => !/^(\uFEFF|%PDF-)/.test(text))

const signatures = [
  ["\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image", "image/png"],
  ["\xff\xd8\xff\xe0\0\x10JFIF\0", "image", "image/jpeg"],
  ["GIF89a\x01\0\x01\0\x80\0\0", "image", "image/gif"],
  ["RIFF\x24\0\0\0WEBPVP8 ", "image", "image/webp"],
  ["\0\0\0\x20ftypisom\0\0\x02\0", "video", "video/mp4"],
  ["\0\0\0\x14ftypqt  \0\0\0\0", "video", "video/quicktime"],
  ["%PDF-1.7\n", "file", "application/pdf"],
  ["ID3\x04\0\0\0\0\0\0", "file", "audio/mpeg"]
] as const

const names = fc.constantFrom("file", "a.txt", "a.md", "a.png", "a.jpg", "a.mp4", "a.pdf", "a.ts", "a.docx", "Makefile")

describe("the kind of a file", () => {
  it("is text for all text, wherever its beginning is cut, and the text is that", () => {
    fc.assert(
      fc.property(text, fc.nat(), (text, at) => {
        const bytes = utf8(text)
        expect(of(bytes.subarray(0, 1 + (at % bytes.length)))).toEqual({ _tag: "Text", encoding: "utf-8" })
        expect(Encoding.decode(bytes, "utf-8")).toBe(text)
        expect(Encoding.decode(utf8(`\uFEFF${text}`), "utf-8")).toBe(text)
      })
    )
  })

  it("is text in UTF-16 with a byte order mark", () => {
    fc.assert(
      fc.property(text, fc.boolean(), (text, isLittle) => {
        const bytes = utf16(text, isLittle)
        const encoding = isLittle ? "utf-16le" : "utf-16be"
        expect(of(bytes, "a.txt")).toEqual({ _tag: "Text", encoding })
        expect(Encoding.decode(bytes, encoding)).toBe(text)
      })
    )
    // Half a character, and half a pair.
    expect(Encoding.decode(utf16("ab", true).subarray(0, 5), "utf-16le")).toBeUndefined()
    expect(Encoding.decode(utf16("\ud800a", true), "utf-16le")).toBeUndefined()
  })

  it("is what the first bytes show, whatever the name says and whatever follows", () => {
    fc.assert(
      fc.property(fc.constantFrom(...signatures), names, fc.uint8Array({ maxLength: 64 }), (signature, name, rest) => {
        const [begin, as, mediaType] = signature
        expect(of(Uint8Array.from([...latin1(begin), ...rest]), name)).toEqual({ _tag: "Media", as, mediaType })
      })
    )
  })

  it("is text only where that can be read, for any bytes and any name", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), names, (bytes, name) => {
        const kind = of(bytes, name)
        if (kind._tag !== "Text") return
        const decoded = Encoding.decode(bytes, kind.encoding)
        // The last character may be cut off; nothing else is wrong.
        if (kind.encoding === "utf-8") expect(decoded ?? Encoding.decode(wholeCharacters(bytes), "utf-8")).toBeDefined()
        expect(decoded ?? "").not.toContain("\0")
      }),
      { numRuns: 500 }
    )
  })

  it("is told by the name for containers, and where bytes say nothing", () => {
    const media = (as: string, mediaType: string) => ({ _tag: "Media", as, mediaType })
    const zip = latin1("PK\x03\x04\x14\0\x06\0")
    expect(of(zip, "a.docx")).toEqual(
      media("file", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    )
    expect(of(zip, "a")).toEqual(media("file", "application/zip"))
    expect(of(latin1("\x1aE\xdf\xa3\x9fB\x86\x81\x01"), "a.webm")).toEqual(media("video", "video/webm"))
    expect(of(latin1("\0\0\0\x08wide\0\0"), "a.mov")).toEqual(media("video", "video/quicktime"))
    expect(of(latin1("\0\x01\x02\xff"), "a.bin")).toEqual({ _tag: "Unknown" })
    expect(of(latin1("\xc4\xe3\xba\xc3"), "a.txt")).toEqual({ _tag: "Undecodable" })
  })

  it("is not mistaken where text begins with the letters of a signature", () => {
    for (const begin of ["The moov atom", "GIF87a is old", "BM", "ID3 tags", "1234ftyp", "RIFF????WEBP", "PK"]) {
      expect(of(utf8(begin), "notes.md"), begin).toEqual({ _tag: "Text", encoding: "utf-8" })
    }
    // A .ts file is TypeScript, an .svg is text.
    expect(of(utf8("export {}"), "a.ts")._tag).toBe("Text")
    expect(of(utf8("<svg/>"), "a.svg")._tag).toBe("Text")
  })

  it("is not text under the name of an image", () => {
    const pointer = utf8("version https://git-lfs.github.com/spec/v1\n")
    expect(of(pointer, "cat.PNG")).toEqual({ _tag: "Misnamed", mediaType: "image/png" })
    expect(of(pointer, "report.pdf")).toEqual({ _tag: "Misnamed", mediaType: "application/pdf" })
  })

  it("is told by the end of the path of a URL, not by its query", () => {
    const ofUrl = (url: string) => Effect.runSync(Kind.ofUrl(new URL(url)))
    expect(ofUrl("https://example.com/a.PNG?x=1#y")).toBe("image")
    expect(ofUrl("https://example.com/a.mp4")).toBe("video")
    expect(ofUrl("https://example.com/a.pdf")).toBe("file")
    expect(ofUrl("https://example.com/?name=a.png")).toBeUndefined()
    expect(ofUrl("https://example.com")).toBeUndefined()
  })

  it("is refused in a format that the vendor does not document", () => {
    const taken = ["image/png", "image/jpeg"]
    for (const type of [...taken, "image/webp", "image/gif", "image/svg+xml"]) {
      expect(Kind.refusal("image", type) === undefined, type).toBe(taken.includes(type))
    }
    expect(Kind.refusal("video", "video/webm")).toBe("is video/webm, and videos are taken as mp4, mov or mkv")
    expect(Kind.refusal("file", "application/zip")).toContain("is application/zip")
  })
})

/** Without a last character that is not whole. */
const wholeCharacters = (bytes: Uint8Array): Uint8Array => {
  let end = bytes.length - 1
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.subarray(0, end)
}
