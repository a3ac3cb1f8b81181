/** The search as a reader uses it: in Chromium, on a static server with the site under a path of its own. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer, type Server } from "node:http"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { extname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { type Browser, chromium } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { findChromium } from "../../../scripts/services.mjs"

const here = fileURLToPath(new URL("..", import.meta.url))
const installed = await findChromium()
if (installed.reason !== undefined) console.warn(`SKIPPED: the search of the site. ${installed.reason}.`)

const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml"
}

let folder = ""
let server: Server
let browser: Browser
let origin = ""

describe.skipIf(installed.path === undefined)("the search of the site", () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "site-"))
    const typedoc = join(createRequire(join(here, "package.json")).resolve("typedoc/package.json"), "../bin/typedoc")
    const child = spawn(process.execPath, [typedoc, "--out", folder, "--logLevel", "Error"], {
      cwd: here,
      stdio: "inherit"
    })
    expect((await once(child, "close"))[0]).toBe(0)
    server = createServer((request, response) => {
      const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname)
      const file = join(folder, path.replace(/^\/docs\/effect-zhipu\//, "").replace(/(^|\/)$/, "$1index.html"))
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
    rmSync(folder, { recursive: true, force: true })
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
