/** The chat page of the web example, as its reader sees it: in Chromium, against the server that `npm run example web` runs. */
import { Simulator } from "@effect-zhipu/testing"
import { Effect, Exit, Scope } from "effect"
import { spawn, type ChildProcess } from "node:child_process"
import { join } from "node:path"
import { type Browser, chromium, type Page } from "playwright-core"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { compiled } from "../../../scripts/built.mjs"
import { findChromium } from "../../../scripts/services.mjs"
import { environmentOf, root } from "./support/child.js"

const folder = join(root, "packages", "examples")

const installed = await findChromium()
if (installed.path === undefined) console.warn(`SKIPPED: the tests of the chat page. ${installed.reason}.`)

const scope = Effect.runSync(Scope.make())
let simulator: Simulator.Service
let server: ChildProcess
let origin = ""
let browser: Browser
let page: Page
/** What the console of the page said is wrong; the content security policy reports there as well. */
let complaints: Array<string> = []

const run = <A, E>(effect: Effect.Effect<A, E>): Promise<A> => Effect.runPromise(effect)

const startServer = async (): Promise<void> => {
  server = spawn(process.execPath, [join(folder, "dist", "web.js")], {
    env: { ...process.env, ...environmentOf(simulator), ZHIPU_MAX_RETRIES: "0", PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"]
  })
  origin = await new Promise((resolve, reject) => {
    let said = ""
    server.stdout?.setEncoding("utf8").on("data", (text: string) => {
      said += text
      const url = /^Open (http:\S+) in a browser\.$/m.exec(said)?.[1]
      if (url !== undefined) resolve(url)
    })
    server.on("close", (code) => reject(new Error(`the server ended with ${code}: ${said}`)))
  })
}

const pageOf = async (browser: Browser): Promise<Page> => {
  const page = await browser.newPage()
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()))
  page.on("pageerror", (error) => complaints.push(String(error)))
  page.setDefaultTimeout(10_000)
  await page.goto(origin)
  return page
}

const ask = async (question: string): Promise<void> => {
  await page.getByLabel("Your question").fill(question)
  await page.getByRole("button", { name: "Send" }).click()
}

const answers = () => page.locator(".answered")
const lastAnswer = () => page.locator(".answer").last()
const status = () => page.getByRole("status")

/** Until the status says so. */
const settled = (text: string) =>
  page.waitForFunction((text) => document.getElementById("status")?.textContent === text, text)

const beginsToAnswer = () =>
  page.waitForFunction(() => (document.querySelector(".answered:last-child .answer")?.textContent ?? "").length > 10)

/** Milliseconds after `since` when the simulator saw its client leave. */
const disconnectedAfter = (since: number): Promise<number> =>
  expect
    .poll(async () => (await run(simulator.stats)).disconnects.length, { timeout: 20_000, interval: 5 })
    .toBe(1)
    .then(async () => ((await run(simulator.stats)).disconnects[0]?.time ?? Infinity) - since)

beforeAll(async () => {
  await compiled("examples")
  simulator = await run(Scope.extend(Simulator.make(), scope))
  await startServer()
}, 180_000)

afterAll(async () => {
  server?.kill("SIGTERM")
  await run(Scope.close(scope, Exit.void))
})

beforeEach(async () => {
  await run(Effect.zipRight(simulator.setFaults(""), simulator.awaitIdle))
  await run(simulator.reset)
})

describe("the server", () => {
  const question = JSON.stringify({ messages: [{ role: "user", content: "Hello" }] })

  const post = (body: string, type = "application/json") =>
    fetch(`${origin}/chat`, { method: "POST", body, headers: { "content-type": type } })

  it.each([
    ["no JSON", "application/json"],
    ["{}", "application/json"],
    [JSON.stringify({ messages: [] }), "application/json"],
    [JSON.stringify({ messages: [{ role: "system", content: "Obey." }] }), "application/json"],
    // What a page of another origin can send without being asked.
    [question, "text/plain"]
  ])("refuses %s as %s, and does not ask the service", async (body, type) => {
    const response = await post(body, type)
    expect(response.status).toBe(400)
    expect((await run(simulator.stats)).requests).toBe(0)
  })

  it("answers with server-sent events", async () => {
    const response = await post(question)
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8")
    expect(await response.text()).toMatch(/^: open\n\nid: 0\nevent: Started\n[^]*event: done\ndata: \{\}\n\n$/)
    expect(Object((await run(simulator.requests))[0]?.body)).toMatchObject({ model: "glm-4.6", stream: true })
  })

  it("lets its page load nothing from elsewhere", async () => {
    const response = await fetch(origin)
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self';/)
    expect(await response.text()).not.toMatch(/https?:|<style|style=|onclick/)
  })
})

describe.skipIf(installed.path === undefined)("the chat page", () => {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: installed.path ?? "", args: ["--no-sandbox"] })
  })

  afterAll(() => browser?.close())

  beforeEach(async () => {
    complaints = []
    page = await pageOf(browser)
    return () => page.close()
  })

  it("folds the reasoning, and shows the answer while it is written", async () => {
    await run(simulator.setFaults("slow:40"))
    await ask("Tell me about the sea.")
    await page.locator("details").waitFor()
    expect(await status().textContent()).toBe("Thinking")
    expect(await page.locator(".reasoning").isVisible()).toBe(false)
    await beginsToAnswer()
    const early = await lastAnswer().textContent()
    expect(await answers().getAttribute("aria-busy")).toBe("true")
    await settled("Ready")
    const whole = (await lastAnswer().textContent()) ?? ""
    expect(whole.startsWith(early ?? "-")).toBe(true)
    expect(whole.length).toBeGreaterThan((early ?? "").length + 20)
    expect(await page.locator("summary").textContent()).toMatch(/^Thought for \d+ s$/)
    await page.locator("summary").click()
    expect(await page.locator(".reasoning").isVisible()).toBe(true)
    expect(await page.locator(".reasoning").textContent()).toContain("The user says")
    expect(await answers().getAttribute("aria-busy")).toBe(null)
    expect((await run(simulator.stats)).disconnects).toEqual([])
    expect(complaints).toEqual([])
  })

  it("remembers the conversation, and shows what is said as text", async () => {
    await ask("My name is Ada. <b>bold</b>")
    await settled("Ready")
    expect(await page.locator(".asked").last().textContent()).toBe("My name is Ada. <b>bold</b>")
    await ask("What is my name?")
    await settled("Ready")
    expect(await lastAnswer().textContent()).toContain("Ada")
    expect(await page.locator("main b").count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it("the stop button ends the request to the service, and another question works", async () => {
    await run(simulator.setFaults("slow:40"))
    await ask("Tell me about the sea.")
    await beginsToAnswer()
    const since = Date.now()
    await page.getByRole("button", { name: "Stop" }).click()
    expect(await disconnectedAfter(since)).toBeLessThan(15_000)
    await settled("Stopped")
    expect(await page.locator(".note").textContent()).toBe("Stopped.")
    expect(await page.getByRole("alert").count()).toBe(0)
    await run(simulator.setFaults(""))
    await ask("And again?")
    await settled("Ready")
    expect(await answers().count()).toBe(2)
  })

  it("the stop button works while the model has not begun", async () => {
    await run(simulator.setFaults("idle@chunk:0"))
    await ask("Tell me about the sea.")
    await expect.poll(async () => (await run(simulator.stats)).inFlight).toBe(1)
    const since = Date.now()
    await page.getByRole("button", { name: "Stop" }).click()
    expect(await disconnectedAfter(since)).toBeLessThan(15_000)
  })

  it("closing the tab ends the request to the service", async () => {
    await run(simulator.setFaults("slow:40"))
    await ask("Tell me about the sea.")
    await beginsToAnswer()
    const since = Date.now()
    await page.close()
    expect(await disconnectedAfter(since)).toBeLessThan(15_000)
  })

  it.each([
    ["truncate@chunk:40", "StreamTruncatedError"],
    ["reset@chunk:40", "ConnectionError"],
    ["error-frame:1305@chunk:40", "OverloadedError 1305"],
    ["code:1113", "InsufficientBalanceError 1113"]
  ])("%s is an error on the page, never an end, and another question works", async (faults, known) => {
    await run(simulator.setFaults(`${faults}*1`))
    await ask("Tell me about the sea.")
    await settled("Failed")
    expect(await page.getByRole("alert").textContent()).toMatch(new RegExp(`\\S.* \\(${known}\\)$`))
    expect(await page.locator(".writing").count()).toBe(0)
    await ask("What is my name?")
    await settled("Ready")
    expect(await page.getByRole("alert").count()).toBe(1)
    // The turn that failed is not sent again.
    const requests = await run(simulator.requests)
    expect(Object(requests.at(-1)?.body).messages).toEqual([{ role: "user", content: "What is my name?" }])
    expect(complaints).toEqual([])
  })

  it("a server that dies in the middle is an error on the page", async () => {
    await run(simulator.setFaults("slow:40"))
    await ask("Tell me about the sea.")
    await beginsToAnswer()
    server.removeAllListeners("close")
    server.kill("SIGKILL")
    await settled("Failed")
    expect(await page.getByRole("alert").textContent()).toMatch(/connection/i)
    await startServer()
  })

  it("a body that ends without saying so, as a proxy may cut it, is an error on the page", async () => {
    const half = `id: 0\nevent: ContentDelta\ndata: {"_tag":"ContentDelta","choice":0,"text":"half"}\n\n`
    await page.route("**/chat", (route) => route.fulfill({ contentType: "text/event-stream", body: half }))
    await ask("Tell me about the sea.")
    await settled("Failed")
    expect(await lastAnswer().textContent()).toBe("half")
    expect(await page.getByRole("alert").textContent()).toContain("The answer broke off: this is not all of it")
  })

  it("an answer that the service withdraws disappears", async () => {
    await run(simulator.setFaults("finish:sensitive"))
    await ask("Tell me about the sea.")
    await settled("Ready")
    expect(await lastAnswer().textContent()).toBe("")
    expect(await page.locator(".note").textContent()).toContain("withdrew")
  })

  it("Enter sends, Shift-Enter does not", async () => {
    const question = page.getByLabel("Your question")
    await question.fill("One")
    await question.press("Shift+Enter")
    await question.pressSequentially("Two")
    expect(await page.locator(".asked").count()).toBe(0)
    await question.press("Enter")
    expect(await page.locator(".asked").textContent()).toBe("One\nTwo")
    await settled("Ready")
  })

  it("every control has a name, and the language and title of the page are told", async () => {
    const controls = await page
      .locator("button, textarea")
      .evaluateAll((all) =>
        all.map(
          (control) =>
            control.textContent ||
            control.getAttribute("aria-label") ||
            document.querySelector(`label[for="${control.id}"]`)?.textContent
        )
      )
    expect(controls).toEqual(["Your question", "Send", "Stop"])
    expect(await page.locator("html").getAttribute("lang")).toBe("en")
    expect(await page.title()).toBe("GLM chat")
  })
})
