/** Runs the smoke suite in a runtime beside this process, against simulators in this one. */
import { Simulator } from "@effect-zhipu/testing"
import { Effect, Exit, Scope } from "effect"
import { build } from "esbuild"
import { spawn } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { createServer, type Server } from "node:http"
import { type AddressInfo, createServer as createTcpServer } from "node:net"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { workerdConfig } from "../../../../scripts/workerd.mjs"
import { chromium } from "playwright-core"
import type { Environment, Outcome, Seen, Stage } from "./case.js"
import { suite } from "./suite.js"

/** The top of the repository. */
export const root = fileURLToPath(new URL("../../../..", import.meta.url))

const sources = join(root, "packages/client/test/smoke")

/** Not below a node_modules, where Deno takes a file for a part of a package. */
const folder = join(sources, "dist")

/** The program for Node and its likes leaves packages where they are, to be found as users have them; the page and the Worker have all in them. */
const bundles = {
  program: join(folder, "program.mjs"),
  inside: join(folder, "inside.mjs"),
  page: join(folder, "page.js"),
  worker: join(folder, "worker.js")
}

/** Says to workerd what to run; any port will do. */
const workerdFile = join(folder, "workerd.capnp")

/** A minute is plenty; what hangs is killed. */
const patience = 90_000

export const bundle = async (): Promise<void> => {
  mkdirSync(folder, { recursive: true })
  const options = { bundle: true, format: "esm", target: "es2022", logLevel: "error", absWorkingDir: root } as const
  const entry = (name: string) => join(sources, name)
  for (const name of ["program", "inside"] as const) {
    await build({ ...options, entryPoints: [entry(`${name}.ts`)], outfile: bundles[name], packages: "external" })
  }
  await build({ ...options, entryPoints: [entry("page.ts")], outfile: bundles.page, platform: "browser" })
  // As wrangler does.
  const conditions = ["workerd", "worker", "browser"]
  await build({
    ...options,
    entryPoints: [entry("worker.ts")],
    outfile: bundles.worker,
    platform: "browser",
    conditions
  })
  writeFileSync(workerdFile, workerdConfig("worker.js", "127.0.0.1:0"))
}

export interface Report {
  readonly outcomes: ReadonlyArray<Outcome>
  /** What else came: on standard error, or in the console of the page. */
  readonly noise: string
  /** Whether the program came to its end, and ended by itself. */
  readonly ended: boolean
}

const listen = (server: Server | ReturnType<typeof createTcpServer>): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port))
  })

/** A port that nobody listens on, and that the system gives to nobody who asks for any. */
const closedPort = (): Promise<number> =>
  new Promise((resolve) => {
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    const server = createTcpServer()
    server.on("error", () => resolve(closedPort()))
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(port)))
  })

/** A simulator for each case, and a server that tells where they are and what they saw; it serves the page as well. */
const onStage = async <A>(environment: Environment, use: (origin: string) => Promise<A>): Promise<A> => {
  const scope = Effect.runSync(Scope.make())
  const simulators = await Effect.forEach(suite, ({ name, simulator }) =>
    Effect.map(Simulator.make({ cors: true, ...simulator }), (made) => [name, made] as const)
  ).pipe(
    Effect.map((entries) => new Map(entries)),
    Scope.extend(scope),
    Effect.runPromise
  )
  const stage: Stage = {
    key: Simulator.defaultApiKey,
    closedUrl: `http://127.0.0.1:${await closedPort()}/api/paas/v4`,
    environment,
    baseUrls: Object.fromEntries(Array.from(simulators, ([name, { baseUrl }]) => [name, baseUrl]))
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost")
    const json = (value: unknown) =>
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value))
    if (url.pathname === "/stage") return json(stage)
    const simulator = simulators.get(url.searchParams.get("case") ?? "")
    if (url.pathname === "/seen" && simulator !== undefined) {
      const seen: Effect.Effect<Seen> = Effect.all({ stats: simulator.stats, requests: simulator.requests })
      return void Effect.runPromise(seen).then(json)
    }
    if (url.pathname === "/") return response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("")
    return response.writeHead(404).end()
  })
  try {
    return await use(`http://127.0.0.1:${await listen(server)}`)
  } finally {
    server.closeAllConnections()
    server.close()
    await Effect.runPromise(Scope.close(scope, Exit.void))
  }
}

const isEnd = (line: string): boolean => line === "end"

const outcomesOf = (lines: ReadonlyArray<string>): ReadonlyArray<Outcome> =>
  lines.filter((line) => line.startsWith("{")).map((line): Outcome => JSON.parse(line))

/** This process's environment without what says something of the service. */
const cleanEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || /^(ZHIPU|ZHIPUAI|ZAI|GLM|Z_AI|BIGMODEL)_|^NODE_OPTIONS$|^VITEST/.test(name)
        ? []
        : [[name, value]]
    )
  )

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end; one that does not come to it in time is killed, and has no code. */
const runProgram = (
  file: string,
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {}
): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: root,
      env: { ...cleanEnvironment(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: patience,
      killSignal: "SIGKILL"
    })
    let stdout = ""
    let stderr = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    child.on("error", reject)
    child.on("close", (code) => resolve({ code, stdout, stderr }))
  })

/** What says how a runtime runs a program: its own file, and what stands before the program, as permissions do. */
export interface Runtime {
  readonly path: string
  readonly flags?: ReadonlyArray<string>
}

export interface Options {
  readonly environment?: Environment
  readonly transport?: "fetch" | "undici"
}

const reportOf = ({ code, stderr, stdout }: Ran): Report => {
  const lines = stdout.split("\n")
  return { outcomes: outcomesOf(lines), noise: stderr, ended: code === 0 && lines.some(isEnd) }
}

/** The suite in Node, Bun or Deno. */
export const runSuite = (
  { flags = [], path }: Runtime,
  { environment = "set", transport = "fetch" }: Options = {}
): Promise<Report> =>
  onStage(environment, async (origin) => {
    const env: Record<string, string> = environment === "set" ? { ZHIPU_API_KEY: Simulator.defaultApiKey } : {}
    return reportOf(await runProgram(path, [...flags, bundles.program, origin, transport], env))
  })

/** The simulator and the mock inside of Node, Bun or Deno. */
export const runInside = async ({ flags = [], path }: Runtime): Promise<Report> =>
  reportOf(await runProgram(path, [...flags, bundles.inside]))

/** `zhipu "Say: hello"` by Node, Bun or Deno. */
export const runCommand = ({ flags = [], path }: Runtime): Promise<Ran> =>
  Effect.gen(function* () {
    const { baseUrl } = yield* Simulator.make({ script: [{ content: "Hello 世界" }] })
    const env = { ZHIPU_API_KEY: Simulator.defaultApiKey, ZHIPU_BASE_URL: baseUrl, ZHIPU_MAX_RETRIES: "0" }
    const command = join(root, "packages/cli/dist/bin.js")
    return yield* Effect.promise(() => runProgram(path, [...flags, command, "Say: hello"], env))
  }).pipe(Effect.scoped, Effect.runPromise)

/** The suite in a page of a Chromium. */
export const runPage = (executablePath: string): Promise<Report & { readonly version: string }> =>
  onStage("none", async (origin) => {
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] })
    try {
      const page = await browser.newPage()
      const lines: Array<string> = []
      let noise = ""
      const end = new Promise<boolean>((resolve) => {
        setTimeout(() => resolve(false), patience).unref()
        page.on("console", (message) => {
          // Refused and broken requests are part of the suite, and the browser tells of each.
          if (message.type() !== "error") lines.push(message.text())
          if (isEnd(message.text())) resolve(true)
        })
        page.on("pageerror", (error) => {
          noise += `${String(error)}\n`
          resolve(false)
        })
      })
      await page.goto(`${origin}/`)
      await page.addScriptTag({ path: bundles.page, type: "module" })
      const ended = await end
      return { outcomes: outcomesOf(lines), noise, ended, version: browser.version() }
    } finally {
      await browser.close()
    }
  })

/** The suite in a Worker of workerd, which tells its port over a pipe. */
export const runWorker = (program: string): Promise<Report> =>
  onStage("none", async (origin) => {
    const child = spawn(program, ["serve", workerdFile, "--control-fd=3"], {
      cwd: root,
      env: cleanEnvironment(),
      stdio: ["ignore", "ignore", "pipe", "pipe"]
    })
    let noise = ""
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (noise += text))
    try {
      const port = await new Promise<number>((resolve, reject) => {
        child.on("error", reject)
        child.on("exit", (code) => reject(new Error(`workerd ended with ${code}: ${noise}`)))
        child.stdio[3]?.on("data", (told: Buffer) => {
          const message: { readonly port?: number } = JSON.parse(String(told))
          if (message.port !== undefined) resolve(message.port)
        })
      })
      const url = `http://127.0.0.1:${port}/?origin=${encodeURIComponent(origin)}`
      const response = await fetch(url, { signal: AbortSignal.timeout(patience) })
      const lines = (await response.text()).split("\n")
      return { outcomes: outcomesOf(lines), noise, ended: lines.some(isEnd) }
    } finally {
      child.kill("SIGKILL")
    }
  })
