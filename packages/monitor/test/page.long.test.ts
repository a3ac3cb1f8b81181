/** The page as its reader sees it: in Chromium, against a server that watches calls to the simulator. */
import { ChunkEvent, KeyPool, Message, Price, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { Alert, Dashboard, type Job, Monitor, Snapshot } from "@effect-zhipu/monitor"
import { Simulator } from "@effect-zhipu/testing"
import { FetchHttpClient, HttpRouter, HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { Context, Effect, Exit, Layer, Option, Redacted, Schedule, Schema, Scope } from "effect"
import { createServer } from "node:http"
import { type Browser, chromium, type Page } from "playwright-core"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { findChromium } from "../../../scripts/services.mjs"

const installed = await findChromium()
if (installed.path === undefined) console.warn(`SKIPPED: the tests of the page of the monitor. ${installed.reason}.`)

/** Where pictures of the page go, for whoever wants to look at it. */
const shots = process.env["MONITOR_SHOTS"]

/** So dear that a few words cost something. */
const prices: ReadonlyArray<Price.Price> = [{ model: "glm-4.6", currency: "CNY", input: 1000, output: 10_000 }]

const scope = Effect.runSync(Scope.make())
let simulator: Simulator.Service
let monitor: Monitor.Service
let ask: (question: string) => Promise<unknown>
let origin = ""
let browser: Browser
let complaints: Array<string> = []
let jobs: Effect.Effect<ReadonlyArray<Job.Job>, string> = Effect.succeed([])

const job = (some: Partial<Job.Job>): Job.Job => ({
  job: "reviews",
  state: "running",
  done: 11_990,
  failed: 51,
  total: 20_000,
  inFlight: 50,
  promptTokens: 1_000_000,
  completionTokens: 200_000,
  cost: 1.93,
  currency: "USD",
  perMinute: 1180,
  leftMillis: 402_000,
  ...some
})

const start = Effect.gen(function* () {
  simulator = yield* Simulator.make({ tokensPerSecond: 2000, firstTokenDelay: 30 })
  const watching = Monitor.layer({
    window: "4 seconds",
    interval: "250 millis",
    rules: [Alert.errorRate({ minCalls: 3 })]
  })
  const client = Zhipu.layer({
    apiKey: simulator.apiKey,
    baseUrl: simulator.baseUrl,
    retry: Schedule.intersect(Schedule.spaced("20 millis"), Schedule.recurs(1))
  }).pipe(Layer.provide([FetchHttpClient.layer, Price.layer(prices)]))
  const withJobs = Dashboard.routes({ jobs: Effect.suspend(() => jobs) })
  const app = HttpRouter.empty.pipe(
    HttpRouter.mount("/", withJobs),
    HttpRouter.mount("/inside/monitor", Dashboard.routes({ title: `A "title" <of ours>` }))
  )
  const context = yield* Layer.buildWithScope(
    Layer.merge(client, HttpServer.serve(app)).pipe(
      Layer.provideMerge(watching),
      Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
    ),
    scope
  )
  monitor = Context.get(context, Monitor.Monitor)
  origin = HttpServer.formatAddress(Context.get(context, HttpServer.HttpServer).address)
  ask = (question) =>
    ChunkEvent.fold(ZhipuChat.stream({ model: "glm-4.6", messages: [Message.user(question)] })).pipe(
      Effect.provide(context),
      Effect.runPromiseExit
    )
}).pipe(Scope.extend(scope))

const open = async (path = "/", colorScheme: "light" | "dark" = "light"): Promise<Page> => {
  const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 1180 } })
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()))
  page.on("pageerror", (error) => complaints.push(String(error)))
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith("data:")) complaints.push(request.url())
  })
  page.setDefaultTimeout(20_000)
  await page.goto(origin + path)
  return page
}

const textOf = (page: Page, id: string) => page.locator(`#${id}`).textContent()

const setFaults = (faults: string) => Effect.runPromise(simulator.setFaults(faults))

beforeAll(async () => {
  if (installed.path === undefined) return
  await Effect.runPromise(start)
  browser = await chromium.launch({ executablePath: installed.path, args: ["--no-sandbox"] })
})

afterAll(async () => {
  await browser?.close()
  await Effect.runPromise(Scope.close(scope, Exit.void))
})

beforeEach(() => {
  complaints = []
})

describe.skipIf(installed.path === undefined)("the page of the monitor", () => {
  it("shows calls as they end, an alert while too many fail, and that it is well again", async () => {
    const page = await open()
    await page.locator("#status[data-state=live]").waitFor()
    expect(await textOf(page, "success")).toBe("–")
    expect(await textOf(page, "recent")).toBe("None since the start")

    await Promise.all(Array.from({ length: 6 }, (_, i) => ask(`Question ${i}`)))
    await page.waitForFunction(() => document.getElementById("ended")?.textContent === "6")
    expect(await textOf(page, "success")).toBe("100")
    expect(await textOf(page, "first-p50")).toMatch(/^\d/)
    expect(Number((await textOf(page, "tokens-out"))?.replaceAll(",", ""))).toBeGreaterThan(0)

    await setFaults("code:1113")
    await Promise.all(Array.from({ length: 3 }, () => ask("Another")))
    await page.locator("#active p").waitFor()
    expect(await textOf(page, "active")).toContain("More than 5 % of the calls fail.")
    const row = page.locator("#errors tr").first()
    await row.getByText("InsufficientBalanceError").waitFor()
    expect(await row.locator("td").allTextContents()).toEqual(["InsufficientBalanceError", "3", "3"])
    expect(await page.title()).toBe("⚠ GLM calls")

    await setFaults("")
    await page.locator("#active p").waitFor({ state: "detached" })
    expect(await page.locator("#recent .what").allTextContents()).toEqual(["Cleared", "Raised"])
    expect(await page.locator("#totals tr").first().locator("td").allTextContents()).toEqual(["Calls", "9"])
    expect(complaints).toEqual([])
    await page.close()
  })

  it("tells what models and keys cost, over a longer time as well, and remembers which was chosen", async () => {
    await setFaults("")
    const page = await open()
    await page.locator("#status[data-state=live]").waitFor()
    await ask("What does it cost?")
    await page.locator("#models td", { hasText: "glm-4.6" }).waitFor()
    const cells = (id: string) => page.locator(`#${id} tr`).first().locator("td").allTextContents()
    const label = KeyPool.labelOf(simulator.apiKey)
    expect(await cells("models")).toEqual([
      "glm-4.6",
      "1",
      "0",
      expect.any(String),
      expect.stringMatching(/^0\.\d+ CNY$/)
    ])
    expect((await cells("keys"))[0]).toBe(label)

    // The window of four seconds has forgotten it, the day has not.
    await page.locator("#models .none").waitFor()
    await page.getByRole("button", { name: "24 hours" }).click()
    await page.locator("#models td", { hasText: "glm-4.6" }).waitFor()
    expect(await textOf(page, "status")).toMatch(/^Over the last \d+ s, at /)
    const { window } = Option.getOrThrow(await Effect.runPromise(monitor.range("24h"))).figures
    expect(await textOf(page, "ended")).toBe(String(window.succeeded + window.failed + window.interrupted))
    expect(Number(await textOf(page, "cost"))).toBeCloseTo(window.cost["CNY"] ?? 0, 1)
    expect(await textOf(page, "cost-unit")).toBe("CNY")
    await page.reload()
    await page.locator("#models td", { hasText: "glm-4.6" }).waitFor()
    expect(await page.locator("#last [aria-pressed=true]").textContent()).toBe("24 hours")
    if (shots !== undefined) await page.screenshot({ path: `${shots}/monitor-day.png`, fullPage: true })
    await page.getByRole("button", { name: "Live" }).click()
    await page.locator("#models .none").waitFor()
    expect(await page.content()).not.toContain(Redacted.value(simulator.apiKey).split(".")[0])
    expect(complaints).toEqual([])
    await page.close()
  })

  it("shows jobs, those at work first, and leaves them where they cannot be read for a while", async () => {
    const page = await open()
    await page.locator("#status[data-state=live]").waitFor()
    expect(await page.locator("#jobs").isHidden()).toBe(true)
    const old = Array.from({ length: 12 }, (_, n) => job({ job: `old-${n}`, state: "ended", inFlight: 0 }))
    const broken = job({ job: "broken", state: "stopped", reason: "Balance", perMinute: 0 })
    // A report has more than the page shows.
    const running = Object.assign(job({}), { repeated: 3, failures: { RateLimitError: 51 } })
    jobs = Effect.succeed([broken, ...old, running])
    await page.locator(".job").first().waitFor()
    expect(await page.locator(".job .name").allTextContents()).toEqual([
      "reviews",
      "broken",
      ...Array.from({ length: 10 }, (_, n) => `old-${n}`)
    ])
    expect(await textOf(page, "jobs")).toContain("and 2 older ones")
    const first = page.locator(".job").first()
    expect(await first.locator("dt").allTextContents()).toEqual([
      "done",
      "failed",
      "in flight",
      "a minute",
      "tokens",
      "cost"
    ])
    expect(await first.locator("dd").allTextContents()).toEqual([
      "11,990 of 20,000",
      "51",
      "50",
      "1,180",
      "1.2M",
      "1.93 USD"
    ])
    expect(await first.locator(".state").textContent()).toBe("running, 7 min left")
    expect(await first.locator("progress").evaluate(({ position }: HTMLProgressElement) => position)).toBeCloseTo(0.6)
    expect(await page.locator(".job").nth(1).locator(".state").textContent()).toBe("stopped: Balance")
    if (shots !== undefined) await page.screenshot({ path: `${shots}/monitor-jobs.png`, fullPage: true })
    expect(await (await fetch(`${origin}/jobs`)).json()).toEqual([broken, ...old, job({})])
    expect(complaints).toEqual([])

    jobs = Effect.fail("the database is gone")
    const response = await fetch(`${origin}/jobs`)
    expect([response.status, await response.text()]).toEqual([503, "The jobs cannot be read."])
    expect(await page.locator(".job").count()).toBe(12)
    await page.close()
    expect(await (await fetch(`${origin}/inside/monitor/jobs`)).json()).toEqual([])
    // For how they look, below.
    jobs = Effect.succeed([job({}), broken])
  })

  it("tells programs the figures of a longer time, and which there are", async () => {
    const response = await fetch(`${origin}/inside/monitor/range?last=1h`)
    const told = Schema.decodeUnknownSync(Snapshot.Range)(await response.json())
    expect(told.last).toBe("1h")
    expect(told.parts.length).toBeGreaterThan(0)
    for (const path of ["/range", "/range?last=2h"]) {
      const refused = await fetch(origin + path)
      expect([refused.status, await refused.text()]).toEqual([400, "Ask for ?last=5m, 1h, 24h."])
    }
  })

  it.each(["light", "dark"] as const)("is readable in a %s browser, plots and all", async (scheme) => {
    await setFaults("code:1302~30, truncate@300~10")
    const page = await open("/", scheme)
    for (let round = 0; round < 12; round++) {
      await Promise.all(Array.from({ length: 2 + (round % 5) }, (_, i) => ask(`Question ${i}`)))
    }
    await page.locator("#active p").waitFor()
    await page.waitForFunction(() => document.getElementById("tokens-out")?.textContent !== "–")
    if (shots !== undefined) await page.screenshot({ path: `${shots}/monitor-${scheme}.png`, fullPage: true })
    const faint = await page.evaluate(() => {
      const channel = (value: number) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
      const luminance = (color: string) => {
        const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map((part) => channel(Number(part) / 255))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue
      }
      const behind = (node: Element | null): string => {
        if (node === null) return "rgb(255, 255, 255)"
        const color = getComputedStyle(node).backgroundColor
        return color === "rgba(0, 0, 0, 0)" ? behind(node.parentElement) : color
      }
      return Array.from(document.querySelectorAll("h1, h2, p, span, b, dt, figcaption, td, th, time")).flatMap(
        (node) => {
          if ((node.textContent ?? "").trim() === "") return []
          const [high = 0, low = 0] = [luminance(getComputedStyle(node).color), luminance(behind(node))].sort(
            (a, b) => b - a
          )
          const contrast = (high + 0.05) / (low + 0.05)
          return contrast < 4.5 ? [`${node.tagName} ${node.textContent}: ${contrast.toFixed(2)}`] : []
        }
      )
    })
    expect(faint).toEqual([])
    // Each plot has drawn something else than its background, in the colours of its lines.
    const colors = await page.evaluate(() =>
      Array.from(document.querySelectorAll("canvas"), (canvas) => {
        const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height)
        const seen = new Set<string>()
        for (let i = 0; i < data.length; i += 4) {
          if (data[i + 3] === 255) seen.add(`${data[i]},${data[i + 1]},${data[i + 2]}`)
        }
        return seen.size
      })
    )
    expect(colors).toHaveLength(4)
    for (const count of colors) expect(count).toBeGreaterThan(2)
    expect(complaints).toEqual([])
    await page.close()
  })

  it.each([
    [1600, [6]],
    [1320, [6]],
    [1200, [3, 3]],
    [800, [3, 3]],
    [390, [1, 1, 1, 1, 1, 1]]
  ] as const)(
    "leaves no figure alone beside others at %s pixels, and room for the last time of an axis",
    async (width, rows) => {
      const page = await open()
      await page.setViewportSize({ width, height: 1000 })
      await page.locator(".u-over").first().waitFor({ state: "attached" })
      const seen = await page.evaluate(() => {
        const tops = Array.from(document.querySelectorAll(".tile"), (tile) =>
          Math.round(tile.getBoundingClientRect().top)
        )
        const right = (selector: string) => document.querySelector(selector)?.getBoundingClientRect().right ?? 0
        return {
          rows: Array.from(new Set(tops), (top) => tops.filter((other) => other === top).length),
          cut: Array.from(document.querySelectorAll(".tile dd, .tile b")).some(
            (one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0
          ),
          wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
          room: right(".uplot canvas") - right(".u-over")
        }
      })
      if (shots !== undefined) await page.screenshot({ path: `${shots}/monitor-${width}.png` })
      expect(seen).toMatchObject({ rows, cut: false, wide: false })
      expect(seen.room).toBeGreaterThanOrEqual(28)
      await page.close()
    }
  )

  it.each(["/inside/monitor", "/inside/monitor/"])("works where it is mounted, asked for as %s", async (path) => {
    const page = await open(path)
    await page.locator("#status[data-state=live]").waitFor()
    expect(await textOf(page, "calls")).toMatch(/^\d/)
    expect(await page.locator("h1").textContent()).toBe(`A "title" <of ours>`)
    expect(complaints).toEqual([])
    await page.close()
  })

  it("tells Prometheus and programs the same figures", async () => {
    await setFaults("")
    const { total } = await Effect.runPromise(monitor.snapshot)
    const response = await fetch(`${origin}/metrics`)
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8")
    const text = await response.text()
    expect(text).toContain(`\nzhipu_calls_total{outcome="success"} ${total.succeeded}\n`)
    expect(text).toContain(`\nzhipu_calls_total{outcome="failure"} ${total.failed}\n`)
    expect(text).toContain(`\nzhipu_attempts_total ${total.attempts}\n`)
    expect(text).toContain(`\nzhipu_call_duration_seconds_count ${total.latency.count}\n`)
    const label = KeyPool.labelOf(simulator.apiKey)
    expect(text).toContain(`\nzhipu_model_calls_total{model="glm-4.6"} ${total.models["glm-4.6"]?.calls}\n`)
    expect(text).toContain(`\nzhipu_key_failed_calls_total{key="${label}"} ${total.keys[label]?.failed}\n`)
    expect(text).toContain(`\nzhipu_key_tokens_total{key="${label}",type="output"} ${total.tokens.output}\n`)
    expect(text).toContain(`\nzhipu_model_cost_total{model="glm-4.6",currency="CNY"} ${total.cost["CNY"]}\n`)
    // Every line is one that the format knows.
    for (const line of text.trimEnd().split("\n")) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?[\d.e+-]+)$/)
    }
    const sent = await (await fetch(`${origin}/snapshot`)).json()
    expect(sent).toMatchObject({ total: { succeeded: total.succeeded, errors: total.errors } })
  })
})
