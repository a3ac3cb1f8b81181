/** What the command says of errors, `zhipu doctor` and `zhipu migrate` in Chinese. */
import { byCode, byStatus } from "@effect-zhipu/protocol/internal/failures/businessCodes"
import { classify } from "@effect-zhipu/protocol/internal/failures/classify"
import * as ZhipuError from "@effect-zhipu/client/ZhipuError"
import { describe, expect, it } from "@effect/vitest"
import * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { listed } from "../src/commands/migrate.js"
import { UsageError } from "../src/errors.js"
import * as ExitCode from "../src/exitCode.js"
import { width } from "../src/markdown/width.js"
import * as Phrases from "../src/phrases.js"
import { attachments } from "../src/phrases/attachments.js"
import { doctor } from "../src/phrases/doctor.js"
import { errors } from "../src/phrases/errors.js"
import { migrate } from "../src/phrases/migrate.js"
import { operations } from "../src/phrases/operations.js"
import { usage } from "../src/phrases/usage.js"
import type * as Words from "../src/words.js"
import { inEnglish } from "./support/inEnglish.js"
import { run } from "./support/zhipu.js"

const said = (error: unknown, printed?: Words.Printed) => ExitCode.describe(error, printed, "zh").join("\n")

const message = "余额不足或无可用资源包,请充值。"

const told = (status: number, code: string | undefined, message: string | undefined, clockSkewMillis?: number) =>
  classify({
    status,
    body: { code, message, type: undefined, requestId: undefined, contentFilter: undefined },
    resetZone: "+08:00",
    clockSkewMillis,
    redact: (text) => text
  }).message

describe("phrases", () => {
  const book: Phrases.Book = {
    lists: {
      thing: [
        ["the key", "密钥"],
        ["the keyring", "密钥串"]
      ]
    },
    phrases: [
      ["{thing} of {name} is gone.", "{name} 的{thing}不见了。"],
      ["All is well.", "一切正常。"]
    ]
  }
  const inChinese = Phrases.translator(book)

  it("take a text whole, with what stands for names", () => {
    expect(inChinese("the keyring of $& is gone.")).toBe("$& 的密钥串不见了。")
  })

  it("take sentence by sentence what is not known whole, and leave what has no translation as it is", () => {
    expect(inChinese("All is well. Nobody knows this. All is well.")).toBe("一切正常。Nobody knows this. 一切正常。")
    expect(inChinese("the door of a house is gone.")).toBe("the door of a house is gone.")
    expect(inChinese("")).toBe("")
  })

  it.each([
    ["errors", errors],
    ["doctor", doctor],
    ["migrate", migrate],
    ["operations", operations],
    ["attachments", attachments],
    ["usage", usage]
  ])("of %s have the same names on both sides, and no English text twice", (_, { lists = {}, phrases }) => {
    const names = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
    for (const [english, chinese] of [...phrases, ...Object.values(lists).flat()])
      expect([english, names(chinese)]).toEqual([english, names(english)])
    const texts = phrases.map(([english]) => english)
    expect(texts.filter((text, at) => texts.indexOf(text) !== at)).toEqual([])
  })

  it("are those of the sources", () => {
    const root = new URL("../../", import.meta.url)
    const sources = ["bulk/src/", "cli/src/", "client/src/", "protocol/src/", "testing/src/"]
      .flatMap((folder) =>
        Fs.readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })
          .filter((path) => path.endsWith(".ts") && !/phrases|chinese/.test(path))
          .map((path) => Fs.readFileSync(new URL(folder + path, root), "utf8"))
      )
      .join("\n")
      .replaceAll(/["`] \+\n\s*["`]/g, "")
      .replaceAll(/\\([`"'])/g, "$1")
    const parts = [attachments, errors, doctor, migrate, operations, usage].flatMap(({ lists = {}, phrases }) =>
      [...phrases, ...Object.values(lists).flat()].flatMap(([english]) =>
        english.split(/\{\w+\}|[().,:;"]|, as | within| after| at |(?<=\bid) /).map((part) => part.trim())
      )
    )
    // Of a sentence that is put together the parts are too short to be looked for.
    const missing = new Set(parts.filter((part) => part.length > 16 && !sources.includes(part)))
    expect([...missing].filter((part) => !putTogether.has(part))).toEqual([])
  })
})

describe("refusals of the command", () => {
  /** A message as the source writes it, with something for each value that is put in. */
  const filledIn = (written: string): string => {
    let depth = 0
    let text = ""
    for (let at = 0; at < written.length; at++) {
      if (written.startsWith("${", at)) depth++
      else if (depth > 0 && written[at] === "}") text += --depth === 0 ? "x1" : ""
      else if (depth === 0) text += written[at]
    }
    return text
  }

  it("are in Chinese, each that the sources write out", () => {
    const root = new URL("../src/", import.meta.url)
    const message = /(?:(?:Usage|Listen)Error\(\{\s*message: |\busage\(|Run\.tell\()\s*(["'`])((?:\\.|(?!\1)[^])*)\1/g
    const written = Fs.readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .flatMap((path) =>
        Array.from(Fs.readFileSync(new URL(path, root), "utf8").matchAll(message), ([, , text]) => text)
      )
      .map((text = "") => filledIn(text))
      // What is put together of what others say, or with one of a list, and is translated with that.
      .filter(
        (text) =>
          (text.replaceAll("x1", "").match(/[a-z]+/gi)?.length ?? 0) > 4 && !/^(x1|There is no x1\.) /.test(text)
      )
    expect(written.length).toBeGreaterThan(40)
    expect(written.filter((text) => !/\p{Script=Han}/u.test(ExitCode.inLanguage(text, "zh")))).toEqual([])
  })
})

/** Where the source writes a part by a condition, or with a value in it. */
const putTogether = new Set([
  "Models that take their content",
  "Models that take them",
  "or use --auth api-key",
  "as the service refuses whatever is asked",
  "deadline firstChunk",
  "The stream broke off behind a finish reason",
  "The stream ended before its end was told",
  "The request is too large",
  "are set to another key and ignored",
  "characters and a secret of",
  "It is sent as a signed token",
  "of 1 character and a secret of",
  "The key is a key that begins with sk-",
  "The key is a token",
  "The key is another form than id",
  "The path does not end in /api/paas/v4",
  "The service takes 1 to"
])

describe("jobs in Chinese", () => {
  it("stop and go on in these words", () => {
    const told = Phrases.translator(operations)
    expect(
      told(
        'The job "a" stopped after 3 of 9 items, as the service refuses whatever is asked (AuthenticationError: No). zhipu bulk resume a goes on.'
      )
    ).toBe(
      "任务 a 已停止，已结束 3 个条目（共 9 个）：服务端拒绝所有请求（AuthenticationError: No）。zhipu bulk resume a 可以继续。"
    )
    expect(
      told(
        'The job "a" stopped after 3 items, as the budget is spent. Run the job again with a larger one. zhipu bulk resume a goes on.'
      )
    ).toBe("任务 a 已停止，已结束 3 个条目：预算已用完。请用更大的预算再次运行。zhipu bulk resume a 可以继续。")
  })
})

describe("errors in Chinese", () => {
  it("are there for every code of the service, with its own words as they are", () => {
    const codes = ["500", "-1", ...Array.from({ length: 500 }, (_, index) => String(1000 + index))]
    const known = codes.filter((code) => byCode(code) !== undefined)
    expect(known.length).toBeGreaterThan(40)
    for (const code of known) {
      const text = said(new ZhipuError.ServerError({ message: told(429, code, message) }))
      expect(text).toContain(`（业务码 ${code}，HTTP 429）。服务端的原话：${message}`)
      expect([code, inEnglish(text.replace(`原话：${message}`, ""))]).toEqual([code, []])
    }
  })

  it("are there for every status", () => {
    for (const status of [302, 400, 401, 402, 403, 404, 413, 418, 429, 435, 500, 503, 529]) {
      expect(byStatus(status).meaning).not.toBe("")
      for (const own of [undefined, "busy"]) {
        const text = said(new ZhipuError.ServerError({ message: told(status, undefined, own) }))
        expect(text).toContain(`HTTP ${status}）。`)
        expect([status, inEnglish(text)]).toEqual([status, []])
      }
    }
  })

  it("read like this", () => {
    const balance = new ZhipuError.InsufficientBalanceError({
      message: told(429, "1113", message),
      code: "1113",
      requestId: "r-1",
      attempts: 2
    })
    expect(said(balance)).toBe(
      "zhipu: InsufficientBalanceError: 账户余额不足（业务码 1113，HTTP 429）。服务端的原话：余额不足或无可用资源包,请充值。" +
        "请为账户充值，或改用免费模型；有 Coding Plan 时，请使用 Coding Plan 的地址。\nzhipu: 请求 ID：r-1，共请求 2 次"
    )
    const expired = new ZhipuError.AuthenticationError({ message: told(401, "1003", "令牌已过期", 90_000) })
    expect(said(expired)).toBe(
      "zhipu: AuthenticationError: 令牌已过期（业务码 1003，HTTP 401）。服务端的原话：令牌已过期。" +
        "请检查本机时钟，或使用 --auth api-key。本机时钟比服务端慢 90 秒。"
    )
    const idle = new ZhipuError.DeadlineExceededError({
      message:
        "Nothing more came within 2m (deadline idle). The connection has probably died. `partial` holds what came; or raise the `idle` deadline.",
      phase: "idle",
      limit: Duration.minutes(2)
    })
    expect(said(idle, "nothing")).toBe(
      "zhipu: DeadlineExceededError: 2m 内没有收到更多内容（idle 时限）。连接多半已经断开。回答不完整，因此什么都没有打印；请再问一次。"
    )
    expect(said(ConfigError.InvalidData([], "The API key holds white space."))).toBe(
      "zhipu: ConfigError: API 密钥含有空白。"
    )
  })

  it("are English where there is no translation, and nothing is lost", () => {
    expect(said(new Error("The moon is full."))).toBe("zhipu: Error: The moon is full.")
    expect(said(new ZhipuError.ServerError({ message: "Nobody knows this. Ask again." }))).toBe(
      "zhipu: ServerError: Nobody knows this. 请再问一次。"
    )
    expect(said(new UsageError({ message: "x is odd.", help: "zhipu files" }))).toBe(
      "zhipu: x is odd.\nzhipu files --help 说明用法。"
    )
  })

  it("are English in an English locale", () => {
    const error = new ZhipuError.OverloadedError({ message: told(429, "1305", "busy") })
    expect(ExitCode.describe(error, "what came", "en")).toEqual([`zhipu: OverloadedError: ${error.message}`])
  })
})

describe("the rules of migrate in Chinese", () => {
  it("are whole", () => {
    const lines = listed("zh").split("\n")
    expect(lines.filter((line) => inEnglish(line).length > 0)).toEqual([])
    expect(lines.slice(0, 3)).toEqual([
      "model-code (must): 模型编码不是 GLM-4.6 的编码。",
      "    原因：使用哪个模型由编码决定。GLM-4.6 的上下文为 200K token，回答最多 128K token。（GLM-4.6 迁移指南）",
      '    => model: "glm-4.6"（图片用 "glm-4.6v"）'
    ])
    expect(listed("en")).toContain("Why: The code chooses the model.")
  })
})

describe("by the locale", () => {
  const env = { LANG: "zh_CN.UTF-8" }

  it.live("errors, doctor and migrate are in Chinese, and JSON is English", () =>
    Effect.promise(async () => {
      const asked = await run(["--simulate", "--fault", "code:1113", "你好"], { env })
      expect(asked).toMatchObject({
        code: 4,
        stderr: expect.stringContaining("账户余额不足（业务码 1113，HTTP 429）。")
      })

      const checked = await run(["doctor", "--offline"], { env })
      expect(checked.stdout).toContain("没有设置 API 密钥：")
      expect(checked.stdout).toContain("项检查失败")
      expect(checked.stdout).toMatch(/^失败 {2}密钥 {8}没有设置/)
      expect(checked.stdout).toMatch(/^跳过 {2}首个 token {2}没有检查/m)
      expect((await run(["doctor", "--offline", "--json"], { env })).stdout).toContain("No API key is set")

      const models = await run(["models"], { env })
      expect(models.stdout).toMatch(/^模型 +上下文 +最大输出 +思考 +工具流式 +输入 +CNY\/百万 输入，输出 +默认值\n/)
      expect(models.stdout).toMatch(/^glm-4\.6 +200K +128K +自动 +是 +文本 /m)
      // Columns begin where those above do, though a Chinese character takes two.
      const starts = models.stdout.split("\n").map((line) => width(line.slice(0, /128K|最大输出/.exec(line)?.index)))
      expect(new Set([starts[0], starts[1], starts[12]])).toHaveLength(1)

      const folder = Fs.mkdtempSync(Path.join(Os.tmpdir(), "phrases-"))
      try {
        const file = Path.join(folder, "a.json")
        Fs.writeFileSync(file, '{"model": "glm-4-plus", "messages": [], "temperature": 1, "top_p": 1}')
        const { stdout } = await run(["migrate", file], { env })
        expect(stdout).toContain("model-code: 模型是 glm-4-plus。")
        expect(stdout).toMatch(/检查了 1 个文件：发现 \d 个问题，其中 \d 个必须修改。\n$/)
        expect((await run(["migrate", "--json", file], { env })).stdout).toContain("The model is glm-4-plus.")
      } finally {
        Fs.rmSync(folder, { recursive: true })
      }
    })
  )
})
