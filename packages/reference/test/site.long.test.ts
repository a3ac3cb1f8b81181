/**
 * The site: it is written without a warning, and holds the guide, the READMEs, every public module and all that those export; its
 * search finds what one looks for, in both languages.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer, type Server } from "node:http"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { extname, join } from "node:path"
import { fileURLToPath } from "node:url"
import MiniSearch from "minisearch"
import { type Browser, chromium } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { findChromium } from "../../../scripts/services.mjs"
import { faultsOf } from "../links.mjs"
import { find, indexOptions } from "../search/words.js"

interface Comment {
  readonly summary: ReadonlyArray<{ readonly text: string }>
  readonly blockTags?: ReadonlyArray<{ readonly tag: string }>
}

/** What TypeDoc's JSON tells of an export or a module. */
interface Reflection {
  readonly id: number
  readonly name: string
  /** `reference` where the export is one of another module, which has its docstring. */
  readonly variant: string
  readonly comment?: Comment
  readonly signatures?: ReadonlyArray<{ readonly comment?: Comment }>
  readonly sources?: ReadonlyArray<{ readonly fileName: string; readonly url?: string }>
  readonly children?: ReadonlyArray<Reflection>
}

const here = fileURLToPath(new URL("..", import.meta.url))
const packages = ["ai", "api", "bulk", "client", "http", "mcp", "monitor", "node", "protocol", "redis", "testing"]
const modules = packages.flatMap((name) =>
  readdirSync(join(here, "..", name, "src"))
    .filter((file) => file.endsWith(".ts") && file !== "index.ts")
    .map((file) => `@effect-zhipu/${name}/${file.slice(0, -3)}`)
)

let folder = ""
let outcome: { readonly code: number | null; readonly output: string }
let found: ReadonlyArray<Reflection> = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "reference-"))
  const typedoc = join(createRequire(join(here, "package.json")).resolve("typedoc/package.json"), "../bin/typedoc")
  const json = join(folder, "reference.json")
  const args = [typedoc, "--html", join(folder, "html"), "--json", json, "--logLevel", "Warn"]
  const child = spawn(process.execPath, args, { cwd: here, stdio: ["ignore", "pipe", "pipe"] })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text))
  }
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve))
  outcome = { code, output }
  found = existsSync(json) ? JSON.parse(readFileSync(json, "utf8")).children : []
}, 300_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const tagsOf = ({ comment, signatures = [] }: Reflection) =>
  [comment, ...signatures.map((signature) => signature.comment)].flatMap((comment) =>
    (comment?.blockTags ?? []).map(({ tag }) => tag)
  )

describe("the reference", () => {
  it("is written without a warning", () => {
    expect(outcome).toEqual({ code: 0, output: "" })
  })

  it("holds every public module, by the name that one imports, and nothing internal", () => {
    expect(found.map(({ name }) => name).sort()).toEqual([...modules].sort())
  })

  it("has a page for each, with links to the source", () => {
    const pages = readdirSync(join(folder, "html", "modules"))
    for (const name of modules) expect(pages).toContain(`${name.replace("@", "_").replaceAll("/", "_")}.html`)
    for (const { name, sources } of found) {
      const file = name.replace(/^@effect-zhipu\/(\w+)\//, "packages/$1/src/")
      expect(sources?.[0]?.url).toContain(`https://github.com/effect-zhipu/effect-zhipu/blob/main/${file}.ts#L`)
    }
  })

  it("tells what every module is for", () => {
    const untold = found.filter(({ comment }) => (comment?.summary ?? []).every(({ text }) => text.trim() === ""))
    expect(untold.map(({ name }) => name)).toEqual([])
  })

  it("tells of everything that is exported since when it is there", () => {
    const untold = found.flatMap(({ children = [], name }) =>
      // The default export of a module is another name for what has the docstring.
      children
        .filter(
          (child) => child.name !== "default" && child.variant !== "reference" && !tagsOf(child).includes("@since")
        )
        .map((child) => `${name}.${child.name}`)
    )
    expect(untold).toEqual([])
  })

  it("shows the examples", () => {
    const page = readFileSync(join(folder, "html", "functions", "_effect-zhipu_client_Zhipu.layer.html"), "utf8")
    expect(page).toContain("FetchHttpClient")
    expect(page).toContain("10 minutes")
  })
})

const html = () => join(folder, "html")

const pageOf = (path: string): string => readFileSync(join(html(), path), "utf8")

describe("the guide", () => {
  const root = join(here, "../..")
  const pagesIn = (folder: string) =>
    readdirSync(join(root, folder)).flatMap((name) => /^(.*)\.md$/.exec(name)?.[1] ?? [])

  it("has a page for each file, in both languages", () => {
    for (const name of pagesIn("docs")) {
      const page = name === "README" ? "index" : name
      const [, title = "none"] = /^# (.*)$/m.exec(readFileSync(join(root, "docs", `${name}.md`), "utf8")) ?? []
      expect(pageOf(`guide/${page}.html`)).toContain(`<title>${title.replaceAll("`", "").replaceAll("'", "&#39;")} | `)
      expect(pageOf(`zh/guide/${page}.html`)).toMatch(/<html[^>]* lang="zh-CN"/)
    }
    expect(pageOf("guide/index.html")).toMatch(/<html[^>]* lang="en"/)
  })

  it("has a page for the README of each package", () => {
    for (const name of [...packages, "cli", "effect4"]) expect(pageOf(`packages/${name}.html`)).toContain("<h1 id=")
    expect(pageOf("zh/readme.html")).toContain("快速上手")
  })

  it("has these pages in Chinese too, and the Chinese pages lead to them", () => {
    for (const name of [...packages, "cli", "effect4"])
      expect(pageOf(`zh/packages/${name}.html`)).toMatch(/<html[^>]* lang="zh-CN"/)
    expect(pageOf("zh/guide/recipes.html")).toContain(
      `href="../packages/client.html#${encodeURIComponent("工具与智能体")}"`
    )
  })

  it("says of each page what it is about, for search engines", () => {
    const of = (path: string) => /<meta name="description" content="([^"]*)"/.exec(pageOf(path))?.[1] ?? ""
    const pages = ["", "guide", "zh", "zh/guide", "packages", "zh/packages", "modules"].flatMap((folder) =>
      readdirSync(join(html(), folder)).flatMap((name) => (name.endsWith(".html") ? [join(folder, name)] : []))
    )
    const told = pages.filter((path) => !["hierarchy.html", "modules.html"].includes(path)).map((path) => of(path))
    expect(told.length).toBeGreaterThan(100)
    expect(told.filter((text) => text.length < 10 || text.includes("Documentation for"))).toEqual([])
    expect(told.filter((text, at) => told.indexOf(text) !== at)).toEqual([])
    expect(of("guide/servers.html")).toBe("A route that streams an answer to a page, for each kind of server.")
    expect(of("zh/guide/questions.html")).toBe("最常见的问题与解答。")
    expect(of("functions/_effect-zhipu_client_Zhipu.layer.html")).toBe("The client from options in code.")
  })

  it("leads from one page to the other, to the page of a module, and to the repository for all else", () => {
    expect(pageOf("guide/quick-start.html")).toContain('href="layers.html"')
    expect(pageOf("guide/quick-start.html")).toContain('href="../modules/_effect-zhipu_client_ChunkEvent.html"')
    expect(pageOf("guide/recipes.html")).toContain(
      'href="https://github.com/effect-zhipu/effect-zhipu/blob/main/packages/examples/src/telemetry.ts"'
    )
  })
})

describe("the site", () => {
  it("has no link that leads nowhere, and loads nothing from another host", () => {
    expect(faultsOf(html())).toEqual([])
  }, 60_000)

  it("would tell of such links", () => {
    const other = mkdtempSync(join(tmpdir(), "links-"))
    try {
      const link = (target: string) => `<a href="${target}">there</a>`
      writeFileSync(
        join(other, "a.html"),
        `<h1 id="top"></h1>${link("b.html#top")}${link("b.html#end")}${link("c.html")}`
      )
      writeFileSync(join(other, "b.html"), `<h1 id="top"></h1><script src="https://cdn.example.com/a.js"></script>`)
      expect(faultsOf(other)).toEqual([
        "a.html links to b.html#end, a place that is not there",
        "a.html links to c.html, which is not there",
        "b.html loads https://cdn.example.com/a.js"
      ])
    } finally {
      rmSync(other, { recursive: true })
    }
  })
})

describe("the search", () => {
  let index: MiniSearch

  beforeAll(() => {
    index = MiniSearch.loadJSON(pageOf("assets/search.json"), indexOptions)
  })

  it.each([
    ["AbortSignal", "guide/without-effect.html#a-stop-button"],
    ["Next.js", "guide/servers.html#next"],
    ["Cloudflare Workers", "guide/servers.html#cloudflare-workers"],
    ["cancel a request", "guide/questions.html#how-do-i-stop-or-cancel-a-call-by-abortsignal"],
    ["timeout for one request", "guide/questions.html#how-do-i-give-one-call-or-one-request-a-timeout"],
    ["log prompts and answers", "guide/questions.html#how-do-i-log-prompts-and-answers"],
    ["a key per tenant", "guide/questions.html#a-key-for-each-customer-or-tenant"],
    ["corporate proxy", "guide/recipes.html#proxies"],
    ["continue after length", "guide/questions.html#how-do-i-continue-a-truncated-answer-or-resume-a-broken-stream"],
    ["1302", "guide/questions.html#429-what-do-1302-and-1113-mean"],
    ["1113", "guide/questions.html#429-what-do-1302-and-1113-mean"],
    ["many keys", "guide/recipes.html#many-keys"],
    ["proxies", "guide/recipes.html#proxies"],
    ["thousands of prompts", "guide/recipes.html#thousands-of-prompts"],
    ["ZhipuCall.with", "variables/_effect-zhipu_client_ZhipuCall.with.html"],
    ["circuit breaker", "classes/_effect-zhipu_client_CircuitBreaker.CircuitBreaker.html"],
    ["migrate zhipu", "packages/cli.html#moving-to-glm-46-zhipu-migrate"],
    ["move Effect 4", "guide/effect-4.html"],
    ["限流", "zh/guide/quick-start.html#重试与时限"],
    ["多个密钥", "zh/guide/recipes.html#多个密钥"],
    ["时限", "zh/guide/errors.html#时限"],
    ["停止按钮", "zh/guide/without-effect.html#停止按钮"],
    ["提前停止", "zh/guide/recipes.html#提前停止"],
    ["快速上手", "zh/guide/quick-start.html"],
    ["代理", "zh/guide/recipes.html#代理"],
    ["语义搜索", "zh/guide/beyond-chat.html#语义搜索"],
    ["费用", "zh/guide/recipes.html#费用与-token"],
    ["浏览器", "zh/guide/browsers.html"]
  ])("finds %s among the first five", (text, page) => {
    const language = /\p{Script=Han}/u.test(text) ? "zh-CN" : "en"
    const found = find(index, text, language).map(({ id }) => id)
    expect(found.slice(0, 5)).toContain(page)
  })

  const questions = "guide/questions.html"

  it.each([
    ["nextjs", "guide/servers.html#next"],
    ["Next.js stream", "guide/servers.html#next"],
    ["tiktoken", `${questions}#how-do-i-count-tokens-before-sending`],
    ["count tokens", `${questions}#how-do-i-count-tokens-before-sending`],
    ["jest", "guide/testing.html#jest"],
    ["per user api key", `${questions}#a-key-for-each-customer-or-tenant`],
    ["rate limit many processes", `${questions}#one-limit-for-many-processes`],
    ["rate limit", `${questions}#429-what-do-1302-and-1113-mean`],
    ["commonjs", `${questions}#can-i-use-it-from-commonjs`],
    ["ERR_REQUIRE_ESM", `${questions}#can-i-use-it-from-commonjs`],
    ["timeout", `${questions}#how-do-i-give-one-call-or-one-request-a-timeout`],
    ["how do I set a timeout", `${questions}#how-do-i-give-one-call-or-one-request-a-timeout`],
    ["proxy", "guide/recipes.html#proxies"],
    ["retry", "guide/recipes.html#retries"],
    ["structured output", "guide/recipes.html#typed-objects"],
    ["json mode", "guide/recipes.html#typed-objects"],
    ["abort", `${questions}#how-do-i-stop-or-cancel-a-call-by-abortsignal`],
    ["stop generating", "guide/without-effect.html#a-stop-button"],
    ["cost", "guide/recipes.html#cost-and-tokens"],
    ["pricing", "guide/recipes.html#cost-and-tokens"],
    ["azure", "guide/from-openai.html#what-you-write-and-what-you-write-here"],
    ["langchain", "guide/recipes.html#an-agent-with-approvals"],
    ["lambda", "guide/layers.html#runtimes"],
    ["10000 prompts", `${questions}#how-do-i-run-10000-prompts-that-survive-a-crash`],
    ["stop when visitor leaves", "guide/servers.html#next"],
    ["stop when the visitor leaves", "guide/servers.html"],
    ["upload size limit", `${questions}#how-do-i-upload-a-file-and-use-it`],
    ["上传大小限制", "zh/guide/questions.html#怎样上传并使用文件"],
    ["限流", "zh/guide/questions.html#429-里的-1302-和-1113-是什么意思"],
    ["多用户密钥", "zh/guide/questions.html#怎样让每个客户租户用自己的密钥"],
    ["计费", "zh/guide/recipes.html#费用与-token"],
    ["超时", "zh/guide/questions.html#怎样给一次调用一次请求设置超时"],
    ["代理", "zh/guide/recipes.html#代理"],
    ["中断", "zh/guide/questions.html#怎样用-abortsignal-停止取消一次调用"],
    ["停止生成", "zh/guide/without-effect.html#停止按钮"],
    ["结构化输出", "zh/guide/recipes.html#结构化输出"],
    ["重试", "zh/guide/recipes.html#重试"],
    ["余额不足", "zh/guide/questions.html#429-里的-1302-和-1113-是什么意思"],
    ["私有化部署", "zh/guide/http-guide.html#密钥地址与请求头"],
    ["知识库", "zh/guide/questions.html#怎样根据自己的文档回答rag"]
  ])("finds %s, in a word that the page may not use, among the first three", (text, page) => {
    const language = /\p{Script=Han}/u.test(text) ? "zh-CN" : "en"
    const found = find(index, text, language).map(({ id }) => id)
    expect(found.slice(0, 3)).toContain(page)
  })

  it.each(["en", "zh-CN"])("shows a reader in %s their own pages first", (language) => {
    const [first] = find(index, "jest", language)
    expect(first).toMatchObject({ language })
  })
})

const installed = await findChromium()
if (installed.reason !== undefined) console.warn(`SKIPPED: the search of the site. ${installed.reason}.`)

const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml"
}

/** As a reader uses it: in Chromium, on a static server with the site under a path of its own. */
describe.skipIf(installed.path === undefined)("the search in a browser", () => {
  let server: Server
  let browser: Browser
  let origin = ""

  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname)
      const file = join(html(), path.replace(/^\/docs\/effect-zhipu\//, "").replace(/(^|\/)$/, "$1index.html"))
      if (!path.startsWith("/docs/effect-zhipu/") || !existsSync(file)) return response.writeHead(404).end()
      response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" })
      return response.end(readFileSync(file))
    })
    await once(server.listen(0, "127.0.0.1"), "listening")
    const address = server.address()
    origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
    if (installed.path === undefined) return
    browser = await chromium.launch({ executablePath: installed.path, args: ["--no-sandbox"] })
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  it.each([
    ["index.html", "stop button", "guide/without-effect.html#a-stop-button"],
    ["guide/index.html", "CircuitBreaker", "classes/_effect-zhipu_client_CircuitBreaker.CircuitBreaker.html"],
    ["zh/guide/index.html", "停止按钮", "zh/guide/without-effect.html#停止按钮"],
    ["modules/_effect-zhipu_client_Zhipu.html", "多个密钥", "zh/guide/recipes.html#多个密钥"]
  ])(
    "on %s finds %s, and asks no other host",
    async (page, text, target) => {
      const tab = await browser.newPage()
      const asked: Array<string> = []
      const failed: Array<string> = []
      tab.on("request", (request) => asked.push(request.url()))
      tab.on(
        "response",
        (response) =>
          response.status() >= 400 && !response.url().endsWith("/favicon.ico") && failed.push(response.url())
      )
      tab.on("pageerror", (error) => failed.push(error.message))
      await tab.goto(`${origin}/docs/effect-zhipu/${page}`)
      await tab.locator("#tsd-search-trigger").click()
      await tab.locator("#tsd-search-input").fill(text)
      const result = tab.locator(`#tsd-search-results a[href$="${target}"]`)
      await result.waitFor({ timeout: 30_000 })
      await result.click()
      await tab.waitForURL(`${origin}/docs/effect-zhipu/${encodeURI(target)}`)
      expect(await tab.locator("h1").first().textContent()).not.toBe("")
      expect(failed).toEqual([])
      expect(
        asked.filter((url) => !url.startsWith(`${origin}/docs/effect-zhipu/`) && !url.startsWith("data:"))
      ).toEqual([])
      await tab.close()
    },
    60_000
  )
})
