/** `--file`: what is sent for which file, and what is refused, before anything is sent. */
import { table } from "@effect-zhipu/client/Model"
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as fc from "effect/FastCheck"
import * as ChildProcess from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { pathToFileURL } from "node:url"
import * as Argv from "../src/argv.js"
import { contentOf, loadAll, typedPath } from "../src/attachments.js"
import { commands } from "../src/Cli.js"
import * as ExitCode from "../src/exitCode.js"
import { inEnglish } from "./support/inEnglish.js"
import { simulated } from "./support/simulator.js"

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64"
)
const mp4 = Buffer.from("\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41", "latin1")
const pdf = Buffer.from("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "latin1")

const directory = Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-attach-"))
const at = (name: string) => Path.join(directory, name)

beforeAll(async () => {
  for (const name of ["src", "test"]) Fs.mkdirSync(at(name))
  for (const [name, content] of [
    ["cat.png", png],
    // Its name is wrong.
    ["dog.txt", png],
    ["film.mp4", mp4],
    ["report.pdf", pdf],
    ["old.gif", "GIF89a\x01\0"],
    ["a.zip", "PK\x03\x04\x14\0"],
    ["src/a.ts", "export const a = 1\n"],
    ["src/text.ts", "export const b = 1\n"],
    ["test/text.test.ts", "// none\n"],
    ["fence.md", "````\n```\n````"],
    ["utf16.csv", Buffer.from("\ufeffa,中\n", "utf16le")],
    ["gbk.txt", Buffer.from("\xc4\xe3\xba\xc3\n", "latin1")],
    ["late.txt", Buffer.concat([Buffer.alloc(10_000, "a"), Buffer.of(0xff)])],
    ["data.bin", Buffer.of(0, 1, 2, 3)],
    ["lfs.png", "version https://git-lfs.github.com/spec/v1\n"],
    ["empty.txt", ""],
    ["blank.txt", " \n"],
    ["turns.json", JSON.stringify([{ role: "user", content: "Hello" }])]
  ] as const) {
    Fs.writeFileSync(at(name), content)
  }
  Fs.writeFileSync(at("huge.txt"), Buffer.alloc(8 * 1024 * 1024 + 1, "a"))
  // Sparse: as large as the limit of its kind and a byte, without taking the room.
  for (const [name, head, size] of [
    ["huge.png", png, 5 * 1024 * 1024 + 1],
    ["huge.mp4", mp4, 200 * 1024 * 1024 + 1],
    ["huge.pdf", pdf, 50 * 1024 * 1024 + 1]
  ] as const) {
    Fs.writeFileSync(at(name), head)
    Fs.truncateSync(at(name), size)
  }
  if (process.platform !== "win32") ChildProcess.spawnSync("mkfifo", [at("fifo")])
})

afterAll(() => Fs.rmSync(directory, { recursive: true }))

/** Without reasoning on standard error. */
const silent = ["--thinking", "disabled"]

const image = { type: "image_url", image_url: { url: png.toString("base64") } }
const content = (body: unknown): unknown => {
  const messages: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "messages") : undefined
  return Array.isArray(messages) ? messages.at(-1).content : undefined
}

describe("--file", () => {
  it.scopedLive("puts text before what is piped in and the prompt, under its name", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      const args = ["--file", "src/a.ts", "Why?", "-f", "./utf16.csv", "-ffence.md", "-f", at("src/a.ts"), ...silent]
      const { code, stderr } = yield* zhipu(args, { cwd: directory, stdin: "piped\n" })
      expect([code, stderr]).toEqual([0, ""])
      expect(content((yield* requests)[0]?.body)).toBe(
        [
          "File src/a.ts:\n\n```ts\nexport const a = 1\n```",
          "File utf16.csv:\n\n```csv\na,中\n```",
          "File fence.md:\n\n`````md\n````\n```\n````\n`````",
          "File src/a.ts:\n\n```ts\nexport const a = 1\n```",
          "piped",
          "Why?"
        ].join("\n\n")
      )
      // Where in the directories of a user it stands is nobody's business.
      yield* zhipu(["-f", at("src/a.ts"), "Why?"])
      expect(content((yield* requests)[1]?.body)).toBe("File a.ts:\n\n```ts\nexport const a = 1\n```\n\nWhy?")
    })
  )

  it.scopedLive("sends images, videos and documents as the model takes them", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      const ask = (...args: ReadonlyArray<string>) => zhipu([...args, "What is this?"], { cwd: directory })
      const text = (text: string) => ({ type: "text", text })
      const prompt = text("What is this?")
      const seen = yield* ask("-m", "glm-4.6v", "-f", "cat.png", "-f", "src/a.ts", "-f", "dog.txt", "--json", "-v")
      expect(seen.code).toBe(0)
      expect(JSON.parse(seen.stdout).choices[0].message.content).toContain("You asked")
      expect(seen.stderr).toMatch(
        /^attached cat\.png, image\/png, 70 B\nattached src\/a\.ts, text, 19 B\nattached dog\.txt, image\/png, 70 B\n/
      )
      yield* ask("-m", "glm-4.6v", "-f", "film.mp4", "--no-stream")
      yield* ask("-m", "glm-5.3-flash", "-f", "report.pdf", "-f", "cat.png")
      yield* ask("-m", "glm-4.6v", "-f", pathToFileURL(at("cat.png")).href)
      const bodies = (yield* requests).map(({ body }) => content(body))
      const code = "File src/a.ts:\n\n```ts\nexport const a = 1\n```\n\nWhat is this?"
      expect(bodies).toEqual([
        [image, image, text(code)],
        [{ type: "video_url", video_url: { url: mp4.toString("base64") } }, prompt],
        [
          {
            type: "file",
            file: { file_data: `data:application/pdf;base64,${pdf.toString("base64")}`, filename: "report.pdf" }
          },
          image,
          prompt
        ],
        [image, prompt]
      ])
    })
  )

  it.scopedLive("hands over URLs, and tells of them without their secrets", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      const url = "https://user:pass@example.com/cat.png?signature=fictional"
      const all = ["-f", url, "-f", "VIDEO:https://example.com/watch?v=1", "What?", "-v"]
      const { code, stderr } = yield* zhipu(["-m", "glm-4.6v", ...all])
      expect([code, stderr.split("\n").slice(0, 2)]).toEqual([
        0,
        ["attached https://example.com/cat.png, image", "attached https://example.com/watch, video"]
      ])
      yield* zhipu(["-m", "glm-4.6v", "-f", "file:https://example.com/report", "What?"])
      yield* zhipu(["-m", "glm-5.3-flash", "-f", "https://example.com/report.docx", "What?"])
      expect((yield* requests).map(({ body }) => content(body))).toEqual([
        [
          { type: "image_url", image_url: { url } },
          { type: "video_url", video_url: { url: "https://example.com/watch?v=1" } },
          { type: "text", text: "What?" }
        ],
        [
          { type: "file_url", file_url: { url: "https://example.com/report" } },
          { type: "text", text: "What?" }
        ],
        [
          { type: "file", file: { file_url: "https://example.com/report.docx" } },
          { type: "text", text: "What?" }
        ]
      ])
    })
  )

  it.scopedLive("goes with --messages and --system, and needs a prompt", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      const args = ["-m", "glm-4.6v", "--messages", "turns.json", "-s", "Briefly.", "-f", "cat.png"]
      expect((yield* zhipu([...args, "And this?"], { cwd: directory })).code).toBe(0)
      expect((yield* requests)[0]?.body).toMatchObject({
        messages: [
          { role: "system", content: "Briefly." },
          { role: "user", content: "Hello" },
          { role: "user", content: [image, { type: "text", text: "And this?" }] }
        ]
      })
      const none = yield* zhipu(args, { cwd: directory })
      expect([none.code, none.stdout]).toEqual([2, ""])
      expect(none.stderr).toContain("--file goes with a prompt.")
      expect((yield* requests).length).toBe(1)
    })
  )

  it.scopedLive("lets a model pass that is not in the table, and says so", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated({ models: ["glm-9v"] })
      const { code, stderr } = yield* zhipu(["-m", "glm-9v", "-f", "old.gif", "What?"], { cwd: directory })
      expect(code).toBe(0)
      expect(stderr).toContain(
        "zhipu: glm-9v is not among zhipu models: whether it takes what is attached is not known."
      )
      expect(content((yield* requests)[0]?.body)).toMatchObject([{ type: "image_url" }, { type: "text" }])
      // Text is for every model.
      expect((yield* zhipu(["-m", "glm-9v", "-f", "src/a.ts", "What?", ...silent], { cwd: directory })).stderr).toBe("")
    })
  )

  it.scopedLive("says what a shell has made of a pattern", () =>
    Effect.gen(function* () {
      const { zhipu } = yield* simulated()
      const { code, stderr } = yield* zhipu(["-f", "fence.md", "utf16.csv", "What?", ...silent], { cwd: directory })
      expect([code, stderr]).toEqual([
        0,
        "zhipu: utf16.csv is taken for a part of the prompt: -f goes before each file.\n"
      ])
    })
  )

  it.scopedLive("does what the README shows", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      const readme = Fs.readFileSync(new URL("../README.md", import.meta.url), "utf8")
      const block = /\n## Files\n[^]*?```sh\n([^]*?)```/.exec(readme)?.[1] ?? ""
      const lines = block.trim().split("\n")
      for (const line of lines) {
        const [command, ...args] = Array.from(line.matchAll(/"([^"]*)"|\S+/g), ([word, quoted]) => quoted ?? word)
        expect(command).toBe("zhipu")
        const { code, stdout } = yield* zhipu([...args, "-v"], { cwd: directory })
        expect([line, code]).toEqual([line, 0])
        expect(stdout).toContain("You asked")
      }
      expect((yield* requests).length).toBe(3)
    })
  )

  it.scopedLive("refuses what cannot be sent, with exit code 2, and sends nothing", () =>
    Effect.gen(function* () {
      const { stats, zhipu } = yield* simulated()
      for (const [file, model, expected] of [
        [
          "cat.png",
          "glm-4.6",
          "cat.png is an image, and glm-4.6 takes no images. Models that take them: glm-5.3-flash,"
        ],
        ["huge.png", "glm-4.6v", "huge.png has 5.1 MB, and glm-4.6v takes images of 5 MB at the most"],
        ...(process.platform === "win32" ? [] : [["fifo", "glm-4.6", "fifo is a pipe, not a file"] as const])
      ] as const) {
        const { code, stderr, stdout } = yield* zhipu(["-m", model, "-f", file, "Hi"], { cwd: directory })
        expect([file, code, stdout]).toEqual([file, 2, ""])
        expect(stderr).toMatch(/^zhipu: --file: /)
        expect(stderr).toContain(expected)
      }
      expect((yield* stats).requests).toBe(0)
    })
  )
})

describe("what can be attached", () => {
  const problem = (source: string, model = "glm-4.6v") =>
    Effect.map(Effect.either(loadAll("--file", [source], model)), (read) => {
      const message = Either.match(read, { onLeft: ({ message }) => message, onRight: () => "" })
      const chinese = ExitCode.inLanguage(message, "zh")
      expect(chinese).toMatch(message === "" ? /^$/ : /^--file：.*\p{Script=Han}.*。$/su)
      expect(inEnglish(chinese)).toEqual([])
      return message
    })

  it.live("is told by its name where not", () =>
    Effect.gen(function* () {
      for (const [name, expected] of [
        ["gbk.txt", "iconv -f GB18030 -t UTF-8"],
        ["late.txt", "iconv"],
        ["nothing", "nothing cannot be read: there is no such file."],
        ["data.bin", "is neither text, image, video nor a document"],
        ["lfs.png", "lfs.png holds text, though its name says image/png"],
        ["old.gif", "is image/gif, and images are taken as png or jpeg"],
        ["a.zip", "is application/zip, and files are taken as"],
        ["empty.txt", "empty.txt is empty."],
        ["blank.txt", "blank.txt holds no text."],
        ["src", "src cannot be read: it is a directory."],
        ["src/a.ts/b", "there is no such file"],
        ["huge.txt", "is text of more than 8 MB"],
        ["huge.mp4", "has 200.1 MB, and glm-4.6v takes videos of 200 MB at the most"],
        ["huge.pdf", "huge.pdf is a document, and glm-4.6v takes documents by URL only"]
      ] as const) {
        expect(yield* problem(at(name)), name).toContain(expected)
      }
      expect(yield* problem(at("huge.pdf"), "glm-5.3-flash")).toContain("takes documents of 50 MB at the most")
      expect(yield* problem(at("cat.png"), "glm-4v-flash")).toContain("takes images by URL only")
      expect(yield* problem(at("report.pdf"))).toContain(
        "takes documents by URL only. Models that take their content: glm-5.3-flash, glm-5.3-flashx."
      )
      expect(yield* problem("https://example.com/a.mp4", "glm-4v-flash")).toContain(
        "https://example.com/a.mp4 is a video, and glm-4v-flash takes no videos."
      )
      if (process.platform === "win32") return
      expect(yield* problem("/dev/zero")).toBe("--file: /dev/zero is no regular file.")
    })
  )

  it.live("is no other scheme, and no standard input", () =>
    Effect.gen(function* () {
      for (const source of ["ftp://example.com/a.png", "data:image/png;base64,aaaa", "http://"]) {
        expect(yield* problem(source)).toBe("--file: It takes a path, or an http: or https: URL.")
      }
      for (const source of ["-", ""]) expect(yield* problem(source)).toContain("goes before the prompt by itself")
      expect(yield* problem("https://example.com/photo?id=3&key=fictional")).toBe(
        "--file: https://example.com/photo does not tell by its name what it is: " +
          "write image:, video: or file: before the URL."
      )
    })
  )

  it.live("is not a document by URL together with an image", () =>
    Effect.gen(function* () {
      const both = ["https://example.com/a.pdf", "https://example.com/a.png"]
      const refused = yield* Effect.flip(loadAll("--file", both, "glm-4.6v"))
      expect(refused.message).toContain("glm-4.6v takes no documents together with images or videos")
      expect((yield* loadAll("--file", both, "glm-5.3-flash")).length).toBe(2)
    })
  )

  it.live("is taken by the models that a refusal names", () =>
    Effect.gen(function* () {
      for (const source of [at("cat.png"), at("film.mp4"), at("report.pdf"), "https://example.com/a.pdf"]) {
        const refused = yield* problem(source, "glm-4.6")
        const named = /Models that take [a-z]+: (.+?)(?: and others \(zhipu models\))?\.$/.exec(refused)?.[1]
        const models = table.map(({ id }) => id).filter((id) => named?.split(", ").includes(id))
        expect(models.length, refused).toBeGreaterThan(1)
        for (const model of models) expect(yield* problem(source, model), `${model} ${source}`).toBe("")
      }
    })
  )

  it.live("stands in a fence that nothing inside can end", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(fc.array(fc.constantFrom("`", "``", "```", "\n", "a"), { minLength: 1 }), async (pieces) => {
          const text = `${pieces.join("")}x`
          Fs.writeFileSync(at("property"), text)
          const [attached] = await Effect.runPromise(loadAll("--file", [at("property")], "glm-4.6"))
          const [name, , begin, ...lines] = `${String(attached?.content)}`.split("\n")
          const end = lines.pop()
          expect([name, begin, lines.join("\n")]).toEqual(["File property:", end, text])
          expect(text).not.toContain(end)
          expect(end).toMatch(/^`{3,}$/)
        })
      )
    )
  )

  it("comes before the prompt", () => {
    const part = { type: "text", text: "part" } as const
    expect(contentOf([], "p")).toBe("p")
    expect(contentOf([{ label: "", content: "a" }], "p")).toBe("a\n\np")
    expect(
      contentOf(
        [
          { label: "", content: "a" },
          { label: "", content: part },
          { label: "", content: "b" }
        ],
        "p"
      )
    ).toEqual([part, { type: "text", text: "a\n\nb\n\np" }])
  })
})

describe("names of files", () => {
  it("may be given many times, before and after the prompt", () => {
    const args = Argv.read(["-f", "a", "hi", "--file=b", "-m", "x", "-fc", "-m", "y"], commands)
    expect(Either.getOrThrow(args)).toMatchObject({
      args: ["--file", "a", "--file", "b", "--file", "c", "--model", "y", "--", "hi"]
    })
  })

  it("are typed as a terminal writes them", () => {
    expect(typedPath("a b.png")).toBe("a b.png")
    expect(typedPath("'/a b.png'")).toBe("/a b.png")
    expect(typedPath('"/it\'s.png"')).toBe("/it's.png")
    expect(typedPath("~/a.png")).toBe(Path.join(Os.homedir(), "a.png"))
    expect(typedPath("~a.png")).toBe("~a.png")
    expect(typedPath("https://example.com/~a/b.png")).toBe("https://example.com/~a/b.png")
    if (Path.sep === "/") expect(typedPath("/a\\ b\\(1\\).png")).toBe("/a b(1).png")
  })
})
