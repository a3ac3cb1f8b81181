/** The page and the React hook of the guide, as they stand there: in Chromium, on a server of the client without Effect. */
import { createZhipu, type PromiseClient } from "@effect-zhipu/client/promise"
import { ServerSentEvents } from "@effect-zhipu/http"
import { Simulator } from "@effect-zhipu/testing"
import { Effect, Exit, Redacted, Scope } from "effect"
import { build } from "esbuild"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { createServer, type IncomingMessage, type Server } from "node:http"
import { join } from "node:path"
import { json } from "node:stream/consumers"
import { type Browser, chromium, type Page } from "playwright-core"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { compiled } from "../../../scripts/built.mjs"
import { lookForFramework } from "../../../scripts/frameworks.mjs"
import { findChromium } from "../../../scripts/services.mjs"
import { root } from "./support/child.js"
import { blocksIn, read } from "./support/markdown.js"

const blocks = blocksIn(read("docs/browsers.md"))
const html = blocks.find(({ language }) => language === "html")?.code ?? ""
const hook = blocks.find(({ language }) => language === "js")?.code ?? ""

/** A component around the hook. */
const app = `
import { createElement } from "react"
import { createRoot } from "react-dom/client"
import { useAnswer } from "useAnswer"
const App = () => {
  const { ask, error, status, stop, text } = useAnswer("/ask")
  return createElement("main", null,
    createElement("button", { id: "ask", onClick: () => ask("Tell me about the sea.") }, "Ask"),
    createElement("button", { id: "stop", onClick: stop }, "Stop"),
    createElement("output", { id: "answer" }, text),
    createElement("output", { id: "status" }, status + (error === undefined ? "" : " " + error._tag)))
}
createRoot(document.body.appendChild(document.createElement("div"))).render(createElement(App))
`

const installed = await findChromium()
const react = await lookForFramework("react")
for (const reason of [installed.reason, react.reason]) {
  if (reason !== undefined) console.warn(`SKIPPED: recipes for pages. ${reason}.`)
}

const scope = Effect.runSync(Scope.make())
let simulator: Simulator.Service
let zhipu: PromiseClient
let server: Server
let origin = ""
let bundle = ""
let browser: Browser
let page: Page

const run = <A, E>(effect: Effect.Effect<A, E>): Promise<A> => Effect.runPromise(effect)

const questionOf = async (request: IncomingMessage): Promise<string> => {
  const body = await json(request)
  return typeof body === "object" && body !== null && "question" in body ? String(body.question) : ""
}

const bundled = async (folder: string): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: app, resolveDir: folder },
    bundle: true,
    format: "esm",
    define: { "process.env.NODE_ENV": '"production"' },
    write: false,
    plugins: [
      {
        name: "the hook",
        setup: (build) => {
          build.onResolve({ filter: /^useAnswer$/ }, ({ path }) => ({ path, namespace: "hook" }))
          build.onLoad({ filter: /.*/, namespace: "hook" }, () => ({ contents: hook, resolveDir: folder }))
        }
      }
    ]
  })
  return outputFiles[0]?.text ?? ""
}

beforeAll(async () => {
  await compiled("http")
  simulator = await run(Scope.extend(Simulator.make(), scope))
  zhipu = createZhipu({ apiKey: Redacted.value(simulator.apiKey), baseUrl: simulator.baseUrl, maxRetries: 0 })
  if (react.folder !== undefined) bundle = await bundled(react.folder)
  server = createServer(async (request, response) => {
    const send = (type: string, body: string | Uint8Array) =>
      response.writeHead(200, { "content-type": type }).end(body)
    switch (request.url) {
      case "/ask":
        return ServerSentEvents.toNodeResponse(zhipu.stream(await questionOf(request)), request, response)
      case "/reader.js":
        return send("text/javascript", readFileSync(join(root, "packages/http/dist/reader.js")))
      case "/app.js":
        return send("text/javascript", bundle)
      case "/react":
        return send("text/html", '<link rel="icon" href="data:,"><body><script type="module" src="/app.js"></script>')
      default:
        return send("text/html; charset=utf-8", `<link rel="icon" href="data:,">${html}`)
    }
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
  if (installed.path === undefined) return
  browser = await chromium.launch({ executablePath: installed.path, args: ["--no-sandbox"] })
  page = await browser.newPage()
  page.setDefaultTimeout(20_000)
}, 180_000)

afterAll(async () => {
  await browser?.close()
  server.closeAllConnections()
  server.close()
  await zhipu.close()
  await run(Scope.close(scope, Exit.void))
})

beforeEach(async () => {
  await page?.goto("about:blank")
  await run(Effect.zipRight(simulator.setFaults(""), simulator.awaitIdle))
  await run(simulator.reset)
})

const shows = (id: string, pattern: RegExp) =>
  expect.poll(() => page.locator(`#${id}`).textContent(), { timeout: 20_000, interval: 20 }).toMatch(pattern)

const disconnected = () =>
  expect.poll(async () => (await run(simulator.stats)).disconnects.length, { timeout: 20_000, interval: 5 }).toBe(1)

describe.skipIf(installed.path === undefined)("the page of the guide", () => {
  it("shows the answer", async () => {
    await page.goto(origin)
    await shows("answer", /^You asked: "Tell me about the sea\."\. .+/)
  })

  it("stops it, and the service with it", async () => {
    await run(simulator.setFaults("slow:50"))
    await page.goto(origin)
    await shows("answer", /^You/)
    await page.locator("#stop").click()
    await shows("answer", / \[stopped\]$/)
    await disconnected()
  })

  it("says that it broke off", async () => {
    await run(simulator.setFaults("truncate@chunk:10"))
    await page.goto(origin)
    await shows("answer", /\[broken off: StreamTruncatedError\]$/)
  })
})

describe.skipIf(installed.path === undefined || react.folder === undefined)("the React hook of the guide", () => {
  it("shows the answer, and another one after it", async () => {
    await page.goto(`${origin}/react`)
    for (let i = 0; i < 2; i++) {
      await page.locator("#ask").click()
      await shows("status", /^ready$/)
      await shows("answer", /^You asked: "Tell me about the sea\."\. .+/)
    }
  })

  it("stops it, also where another question is asked before its end", async () => {
    await run(simulator.setFaults("slow:50"))
    await page.goto(`${origin}/react`)
    await page.locator("#ask").click()
    await shows("answer", /^You/)
    await page.locator("#ask").click()
    await disconnected()
    await shows("answer", /^You/)
    await page.locator("#stop").click()
    await shows("status", /^stopped$/)
  })

  it("tells what went wrong", async () => {
    await run(simulator.setFaults("error-frame:1305@chunk:10"))
    await page.goto(`${origin}/react`)
    await page.locator("#ask").click()
    await shows("status", /^failed OverloadedError$/)
  })
})
