/** The file of a cassette, what is taken out of it, and what is compared: the pure parts. */
import { describe, expect, it } from "@effect/vitest"
import { Either, FastCheck as fc } from "effect"
import * as Format from "../src/internal/cassette/format.js"
import { differences } from "../src/internal/cassette/matching.js"
import * as Redaction from "../src/internal/cassette/redaction.js"

const exchange = (over: Partial<Format.Exchange> = {}): Format.Exchange => ({
  request: { method: "POST", url: "https://h/api/paas/v4/chat/completions", headers: {}, body: { model: "glm-4.6" } },
  response: { ms: 5, status: 200, headers: { "content-type": "text/event-stream" } },
  body: [],
  end: { ms: 9, how: "whole" },
  ...over
})

const recording = (...exchanges: ReadonlyArray<Format.Exchange>): Format.Recording => ({ version: 1, exchanges })

const decoded = (text: string) => Either.getOrThrowWith(Format.decode(text, "a.json"), (error) => error)

const failure = (document: unknown) => {
  const text = typeof document === "string" ? document : JSON.stringify(document)
  return Either.getOrThrow(Either.flip(Format.decode(text, "a.json")))
}

/** Cuts bytes wherever it is told to. */
const cut = (bytes: Uint8Array, at: ReadonlyArray<number>): ReadonlyArray<Uint8Array> => {
  const offsets = [0, ...at.map((n) => n % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return offsets.slice(1).map((end, i) => bytes.subarray(offsets[i], end))
}

const asReads = (pieces: ReadonlyArray<Uint8Array>) => pieces.map((bytes, ms) => ({ ms, bytes: new Uint8Array(bytes) }))

const encoded = (text: string) => new Uint8Array(Buffer.from(text))

const bodies = fc.oneof(
  fc.string({ unit: "grapheme" }).map(encoded),
  fc.uint8Array(),
  fc.constant(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)),
  fc.string({ unit: fc.constantFrom("data: ", "你", "😀", "\n", "\u0000", "\u2028", "é") }).map(encoded)
)

describe("the format", () => {
  it.prop("keeps every byte and every cut", [bodies, fc.array(fc.nat())], ([bytes, at]) => {
    const body = asReads(cut(bytes, at))
    const all = recording(exchange({ body }))
    expect(decoded(Format.encode(all))).toEqual(all)
  })

  it.prop("keeps any JSON of a request", [fc.jsonValue()], ([body]) => {
    const all = recording(exchange({ request: { ...exchange().request, body: JSON.parse(JSON.stringify(body)) } }))
    expect(decoded(Format.encode(all))).toEqual(all)
  })

  it.prop("stays readable where a character is cut", [fc.nat({ max: 20 })], ([at]) => {
    const bytes = encoded("data: 你好，世界😀")
    for (const piece of cut(bytes, [at])) {
      const base64 = Format.piecesOf(piece).flatMap((p) => (typeof p === "string" ? [] : [p.base64.length]))
      expect(base64.every((length) => length <= 3)).toBe(true)
    }
  })

  it("puts a read on a line", () => {
    const all = recording(
      exchange({ body: asReads([encoded("data: {}\n\n"), encoded("data: [DONE]\n\n"), Uint8Array.of(0xff)]) })
    )
    expect(Format.encode(all)).toBe(`{
  "version": 1,
  "exchanges": [
    {
      "request": {
        "method": "POST",
        "url": "https://h/api/paas/v4/chat/completions",
        "headers": {},
        "body": {
          "model": "glm-4.6"
        }
      },
      "response": {
        "ms": 5,
        "status": 200,
        "headers": {
          "content-type": "text/event-stream"
        }
      },
      "body": [
        [0, "data: {}\\n\\n"],
        [1, "data: [DONE]\\n\\n"],
        [2, {"base64":"/w=="}]
      ],
      "end": {
        "ms": 9,
        "how": "whole"
      }
    }
  ]
}
`)
  })

  it("says where a file was edited into nonsense, and nothing of what stands there", () => {
    const secretive = "SENTINEL prompt"
    const written: unknown = JSON.parse(Format.encode(recording(exchange({ body: asReads([encoded("x")]) }))))
    /** The one exchange with a value set, or taken out, at a path. */
    const edited = (path: ReadonlyArray<string>, value?: unknown): unknown => {
      const document = structuredClone(written)
      const names = ["exchanges", "0", ...path]
      const holder = names.slice(0, -1).reduce((u: unknown, name) => Reflect.get(Object(u), name), document)
      const last = names.at(-1) ?? ""
      if (value === undefined) Reflect.deleteProperty(Object(holder), last)
      else Reflect.set(Object(holder), last, value)
      return document
    }
    const cases: ReadonlyArray<readonly [unknown, string]> = [
      ["{", "is not JSON"],
      ["", "is not JSON"],
      ["null", "is no cassette"],
      [[], "is no cassette"],
      [{ version: 1 }, "lacks exchanges"],
      [{ version: "1", exchanges: [] }, "must have 1 at version"],
      [edited(["end"]), "lacks exchanges[0].end"],
      [edited(["end", "how"], secretive), "exchanges[0].end.how"],
      [edited(["end", "ms"], -1), "exchanges[0].end.ms"],
      [edited(["response", "status"], secretive), "must have number at exchanges[0].response.status"],
      [edited(["response", "status"], 1000), "exchanges[0].response.status"],
      [edited(["response", "headers"], { a: `${secretive}\n` }), "exchanges[0].response.headers.a"],
      [edited(["request", "url"], secretive), "exchanges[0].request.url"],
      [edited(["body"], [[secretive, 1]]), "exchanges[0].body[0][0]"],
      [edited(["body"], [[1, { base64: secretive }]]), "exchanges[0].body[0][1]"],
      [edited(["body"], secretive), "exchanges[0].body"]
    ]
    for (const [document, says] of cases) {
      const error = failure(document)
      expect(error).toMatchObject({ _tag: "CassetteError", reason: "Malformed", path: "a.json" })
      expect(error.message).toContain(says)
      expect(error.message).not.toContain("SENTINEL")
    }
  })

  it("tells a file of a later version", () => {
    const error = failure({ version: 2, takes: [] })
    expect(error.reason).toBe("Version")
    expect(error.message).toContain("version 2")
  })
})

const id = "SENTINELidhalf01"
const secret = "SENTINEL/secret-02"
const key = `${id}.${secret}`
const redactor = Redaction.make([key])

describe("redaction", () => {
  it.prop(
    "finds a key wherever the network cuts it",
    [fc.constantFrom(key, id, secret, key.toLowerCase(), encodeURIComponent(key)), fc.array(fc.nat()), fc.uint8Array()],
    ([form, at, around]) => {
      const bytes = new Uint8Array(Buffer.concat([around, Buffer.from(`<${form}>`), around]))
      const pieces = redactor.reads(cut(bytes, at))
      expect(pieces).toHaveLength(at.length + 1)
      const text = Buffer.concat(pieces).toString("latin1")
      expect(text).toBe(
        `${Buffer.from(around).toString("latin1")}<<redacted>>${Buffer.from(around).toString("latin1")}`
      )
    }
  )

  it.prop(
    "finds the beginning of a key where the body breaks off",
    [fc.integer({ min: 6, max: key.length - 1 })],
    ([n]) => {
      expect(redactor.text(`the key ${key.slice(0, n)}`)).toBe("the key <redacted>")
    }
  )

  it.prop("leaves everything else as it is", [fc.array(fc.uint8Array())], ([pieces]) => {
    expect(redactor.reads(pieces)).toEqual(pieces)
  })

  it("finds a key that the model spells out, and leaves the events whole", () => {
    const frame = (field: string, text: string) =>
      `data: {"id":"1","choices":[{"index":0,"delta":{"role":"assistant","${field}":${JSON.stringify(text)}}}]}\n\n`
    for (const field of ["content", "reasoning_content"]) {
      const frames = ["Say: SENT", "INELidha", "lf01", ".SENTINEL", "/secret", "-02 now"].map((text) =>
        frame(field, text)
      )
      const text = Buffer.concat(redactor.reads(frames.map(encoded))).toString()
      expect(text).not.toContain("SENT")
      const said = text
        .trim()
        .split("\n\n")
        .map((line): string => JSON.parse(line.slice("data: ".length)).choices[0].delta[field])
      expect(said.join("")).toBe("Say: <redacted> now")
    }
  })

  it("finds a key that is spelled out between comments, and the beginning of one", () => {
    const frame = (text: string) => `data: {"choices":[{"delta":{"content":"${text}"}}]}\n\n`
    const reads = ["Say: SENTINEL", "/sec", "ret-", "02 now. ", "SENTIN", "EL/se"].flatMap((text) => [
      encoded(": keep-alive\n\n"),
      encoded(frame(text))
    ])
    const clean = Buffer.concat(redactor.reads(reads)).toString()
    expect(clean).not.toMatch(/SENT|ret-|02/)
    expect([...clean.matchAll(/"content":"([^"]*)"/g)].map(([, said]) => said).join("")).toBe(
      "Say: <redacted> now. <redacted>"
    )
  })

  it("finds a key in other clothes", () => {
    const odd = "SENTINEL&pässword/of+a'gateway"
    const clean = Redaction.make([odd, key])
    const forms = [
      Buffer.from(odd),
      Buffer.from(JSON.stringify(odd).replaceAll("/", "\\/")),
      Buffer.from(JSON.stringify(odd).replace("ä", "\\u00E4")),
      Buffer.from(odd.replace("&", "&amp;").replace("'", "&#39;")),
      Buffer.from(encodeURIComponent(odd)),
      Buffer.from(key, "utf16le"),
      Buffer.from(key, "utf16le").swap16(),
      ...["", "x", "xy", "user:"].map((before) => Buffer.from(Buffer.from(`${before}${key}:`).toString("base64")))
    ]
    for (const form of forms) {
      const text = Buffer.concat(
        clean.reads([new Uint8Array(Buffer.concat([Buffer.from("<"), form, Buffer.from(">")]))])
      )
      expect(text.toString("latin1").replaceAll("\0", "")).toContain("<redacted>")
      expect(text.toString("latin1").replaceAll("\0", "")).not.toMatch(/SENTINEL|sword|gateway|secret/i)
      const base64 = /[\w+/]{12,}/.exec(text.toString().replaceAll("<redacted>", " "))?.[0] ?? ""
      expect(Buffer.from(base64, "base64").toString("latin1")).not.toMatch(/SENTINEL|secret/)
    }
  })

  it("finds a key that is written backwards, in hexadecimal digits, escaped, or with what is not seen between its letters", () => {
    const escapedLetter = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`
    for (const part of [key, id, secret]) {
      const forms = [
        Buffer.from(part).toString("hex"),
        Buffer.from(part).toString("hex").toUpperCase(),
        [...part].toReversed().join(""),
        ...["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\\u200b"].map((between) => [...part].join(between)),
        [...part].map(escapedLetter).join(""),
        [...part].map((letter, i) => (i % 3 === 0 ? escapedLetter(letter) : letter)).join(""),
        [...part.toLowerCase()].map((letter, i) => (i % 2 === 0 ? escapedLetter(letter) : letter)).join("\u200c")
      ]
      for (const form of forms) {
        expect(redactor.text(`<${form}>`)).toBe("<<redacted>>")
        for (const at of [0, 3, 10, 17]) {
          const reads = cut(encoded(`<${form}>`), [at])
          expect(Buffer.concat(redactor.reads(reads)).toString()).toBe("<<redacted>>")
        }
      }
    }
    expect(redactor.text("a\u200bb \\u0041 c")).toBe("a\u200bb \\u0041 c")
  })

  it("finds a key whose end is masked, and leaves words that it begins with", () => {
    expect(redactor.text(`${key.slice(0, 22)}****-02 is wrong`)).toBe("<redacted>****-02 is wrong")
    expect(Redaction.make(["other.other-secret"]).text("other services, other-wise")).toBe("other services, other-wise")
    expect(Redaction.make(Redaction.secretsIn(`Bearer ${key}`)).text("the scheme Bearer")).toBe("the scheme Bearer")
  })

  it("knows what carries secrets, by its name and its form", () => {
    const basic = Buffer.from("user:SENTINEL-password").toString("base64")
    for (const [header, secret] of [
      [`Basic ${basic}`, "SENTINEL-password"],
      [`theme=dark; session="SENTINEL-of-a-session"; lang=zh`, "SENTINEL-of-a-session"],
      [`Digest username="u", response="SENTINEL-response"`, "SENTINEL-response"],
      [key, key.split(".")[1] ?? ""]
    ] as const) {
      expect(Redaction.make(Redaction.secretsIn(header)).text(`a ${secret} b`)).toBe("a <redacted> b")
    }
    expect(Redaction.make(Redaction.secretsIn("theme=dark; lang=zh")).text("dark, zh")).toBe("dark, zh")
    const names = ["Authorization", "x-goog-api-key", "apikey", "CF-Access-Client-Secret", "x-auth-token", "Set-Cookie"]
    expect(names.filter((name) => !Redaction.isSecretName(name))).toEqual([])
    const harmless = ["x-request-id", "x-ratelimit-remaining-tokens", "content-type", "idempotency-key", "x-keys"]
    expect(harmless.filter(Redaction.isSecretName)).toEqual([])
  })

  it("finds what looks like a key or a token, whoever's it is", () => {
    const other = `${"0123456789abcdef".repeat(2)}.AbCdEfGh12345678`
    const token = "eyJhbGciOiJIUzI1NiJ9.eyJhcGlfa2V5IjoiYWJjIn0.c2lnbmF0dXJlLXNpZw"
    expect(Redaction.make([]).text(`${other} and ${token}`)).toBe("<redacted> and <redacted>")
  })

  it("knows the parts of a token, and the id of its key", () => {
    const token = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify({ api_key: id })).toString("base64url")}.c2lnbmF0dXJl`
    const clean = Redaction.make(Redaction.secretsIn(`Bearer ${token}`))
    expect(clean.text([token, ...token.split("."), id].join(" "))).toBe(Array(5).fill("<redacted>").join(" "))
  })

  it("reaches names and strings within JSON, and no numbers", () => {
    expect(redactor.json({ [id]: [secret, 1, null, { a: `x${key}y` }] })).toEqual({
      "<redacted>": ["<redacted>", 1, null, { a: "x<redacted>y" }]
    })
  })

  it("leaves the word simulator alone, and not the secret of the simulator", () => {
    const clean = Redaction.make(["simulator.simulator-secret"])
    expect(clean.text("a simulator")).toBe("a simulator")
    expect(clean.text("simulator.simulator-secret, simulator-sec")).toBe("<redacted>, <redacted>")
  })

  it("is quick where a body is large, or almost a key", () => {
    const almost = Array.from(
      { length: 50_000 },
      (_, i) => `data: {"delta":{"content":"${`${id.slice(0, -1)}x`[i % id.length]}"}}\n\n`
    )
    const quotes = `{"content":"${'s"'.repeat(1_000_000)}"}`
    const before = Date.now()
    for (const body of [quotes, `\ndata: ${quotes}`, almost.join("")]) redactor.reads([encoded(body)])
    expect(Redaction.make(["k".repeat(20_000)]).text("k".repeat(20_000))).toBe("<redacted>")
    expect(Date.now() - before).toBeLessThan(10_000)
  })
})

describe("matching", () => {
  const none = new Set<string>()

  it.prop("takes any JSON for itself, in any order of names", [fc.jsonValue()], ([value]) => {
    const turned = (u: unknown): unknown =>
      Array.isArray(u)
        ? u.map(turned)
        : typeof u === "object" && u !== null
          ? Object.fromEntries(
              Object.entries(u)
                .reverse()
                .map(([k, v]) => [k, turned(v)])
            )
          : u
    const json: unknown = JSON.parse(JSON.stringify(value))
    expect(differences(json, turned(json), none)).toEqual([])
  })

  it("names the path, and tells neither text", () => {
    const recorded = { model: "glm-4.6", messages: [{ role: "user", content: "SENTINEL a" }], temperature: 0.1 }
    const asked = { model: "glm-4.5", messages: [{ role: "user", content: "SENTINEL bc" }], top_p: 1 }
    expect(differences(recorded, asked, none)).toEqual([
      'model (recorded "glm-4.6", asked "glm-4.5")',
      "messages[0].content (recorded a text of 10 characters, asked a text of 11 characters)",
      "temperature (recorded 0.1, asked nothing)",
      "top_p (recorded nothing, asked 1)"
    ])
  })

  it("ignores fields at the top alone", () => {
    const ignored = new Set(["request_id"])
    expect(differences({ request_id: "a" }, { request_id: "b" }, ignored)).toEqual([])
    expect(differences({ x: { request_id: "a" } }, { x: { request_id: "b" } }, ignored)).toHaveLength(1)
  })

  it("takes anything for what was redacted", () => {
    const recorded = "my key is <redacted>, and <redacted>!"
    expect(differences(recorded, "my key is abc.def, and x!", none)).toEqual([])
    expect(differences(recorded, recorded, none)).toEqual([])
    expect(differences(recorded, "my key is abc", none)).toHaveLength(1)
    expect(differences("a<redacted>a", "a", none)).toHaveLength(1)
  })
})
