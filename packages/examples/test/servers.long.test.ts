/**
 * The recipes of the guide for web servers, as they stand there: each runs in a process of its own, is asked by a page that
 * leaves, refuses a body that holds no question, and tells a page of an error in the middle. The frameworks come from npm, in exact versions; where they cannot be had
 * the reason is printed.
 */
import { read } from "@effect-zhipu/http/reader"
import { Simulator } from "@effect-zhipu/testing"
import { Effect, Exit, Scope } from "effect"
import { build, type Plugin } from "esbuild"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { compiled } from "../../../scripts/built.mjs"
import { type FrameworkName, lookForFramework } from "../../../scripts/frameworks.mjs"
import { workerdConfig, workerdProgram } from "../../../scripts/workerd.mjs"
import { environmentOf, root } from "./support/child.js"
import { blocksIn, read as readPage } from "./support/markdown.js"

const codeOf = (file: string): string => {
  const block = blocksIn(readPage("docs/servers.md")).find(({ code }) => code.startsWith(`// ${file}\n`))
  if (block === undefined) throw new Error(`docs/servers.md has no ${file}`)
  return block.code
}

const recipes = [
  { name: "node:http", file: "node-http.mjs", framework: undefined },
  { name: "Express", file: "express.mjs", framework: "express" },
  { name: "Fastify", file: "fastify.mjs", framework: "fastify" },
  { name: "Nest", file: "nest.ts", framework: "nest" },
  { name: "Hono", file: "hono.mjs", framework: "hono" },
  { name: "Next", file: "app/api/ask/route.ts", framework: undefined },
  { name: "Cloudflare Workers", file: "worker.mjs", framework: "workerd" }
] as const satisfies ReadonlyArray<{ name: string; file: string; framework: FrameworkName | undefined }>

const scope = Effect.runSync(Scope.make())
let simulator: Simulator.Service

const run = <A, E>(effect: Effect.Effect<A, E>): Promise<A> => Effect.runPromise(effect)

const stats = () => run(simulator.stats)

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  return typeof address === "object" && address !== null ? address.port : 0
}

const answers = (origin: string): Promise<boolean> =>
  fetch(origin, { method: "HEAD" }).then(
    () => true,
    () => false
  )

/** Packages that a recipe does not bring along are left where node finds them. */
const packagesOutside: Plugin = {
  name: "packages outside",
  setup: (build) => build.onResolve({ filter: /^[^./]/ }, ({ path }) => ({ path, external: true }))
}

const asJavaScript = (code: string, outfile: string) =>
  build({
    stdin: { contents: code, loader: "ts" },
    bundle: true,
    format: "esm",
    plugins: [packagesOutside],
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
    outfile
  })

/** Writes a recipe where its framework is found; gives the program that runs it and its arguments. */
const written = async (
  { file, name }: (typeof recipes)[number],
  folder: string,
  port: number
): Promise<readonly [string, ReadonlyArray<string>]> => {
  const code = codeOf(file)
  switch (name) {
    case "Nest":
      await asJavaScript(code, join(folder, "nest.mjs"))
      return [process.execPath, [join(folder, "nest.mjs")]]
    case "Cloudflare Workers": {
      const conditions = ["workerd", "worker", "browser"]
      await build({
        stdin: { contents: code, resolveDir: root },
        bundle: true,
        format: "esm",
        platform: "browser",
        target: "es2022",
        conditions,
        outfile: join(folder, "worker.js")
      })
      writeFileSync(
        join(folder, "config.capnp"),
        workerdConfig("worker.js", `127.0.0.1:${port}`, environmentOf(simulator))
      )
      return [join(folder, workerdProgram), ["serve", join(folder, "config.capnp")]]
    }
    case "Next":
      // What Next does with a route: a Request in, and a Response out, whose body is piped to the visitor until they leave.
      await asJavaScript(code, join(folder, "route.mjs"))
      writeFileSync(
        join(folder, "next.mjs"),
        `import { POST } from "./route.mjs"
import { createServer } from "node:http"
import { Readable } from "node:stream"
createServer(async (incoming, outgoing) => {
  if (incoming.method === "HEAD") return outgoing.end()
  const leave = new AbortController()
  outgoing.on("close", () => leave.abort())
  const body = Readable.toWeb(incoming)
  const { headers } = incoming
  const response = await POST(new Request("http://localhost/api/ask", { method: "POST", headers, body, duplex: "half" }))
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  const visitor = new WritableStream({ write: (bytes) => void outgoing.write(bytes), close: () => void outgoing.end() })
  await response.body.pipeTo(visitor, { signal: leave.signal }).catch(() => {})
}).listen(process.env.PORT)
`
      )
      return [process.execPath, [join(folder, "next.mjs")]]
    default:
      writeFileSync(join(folder, file), code)
      return [process.execPath, [join(folder, file)]]
  }
}

beforeAll(async () => {
  await compiled("examples")
  simulator = await run(Scope.extend(Simulator.make(), scope))
}, 180_000)

afterAll(() => run(Scope.close(scope, Exit.void)))

const found = new Map<string, { readonly folder: string | undefined; readonly reason: string | undefined }>()
for (const { framework, name } of recipes) {
  const folder = join(root, "node_modules/.cache/frameworks", framework ?? `none-${process.pid}`)
  found.set(name, framework === undefined ? { folder, reason: undefined } : await lookForFramework(framework))
}

describe.each(recipes)("$name", (recipe) => {
  const { folder, reason } = found.get(recipe.name) ?? { folder: undefined, reason: "it was not looked for" }
  if (folder === undefined) {
    console.warn(`SKIPPED: the recipe for ${recipe.name}. ${reason}.`)
    // The framework cannot be had here, which is said above, with the reason.
    it.skip("is not installed")
    return
  }
  let server: ChildProcess | undefined
  let origin = ""
  let output = ""

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true })
    const port = await freePort()
    const [program, args] = await written(recipe, folder, port)
    const env = { ...process.env, ...environmentOf(simulator), ZHIPU_MAX_RETRIES: "0", PORT: String(port) }
    server = spawn(program, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] })
    for (const stream of [server.stdout, server.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (output += text))
    }
    origin = `http://localhost:${port}`
    if (recipe.name === "Cloudflare Workers") origin = `http://127.0.0.1:${port}`
    for (let looks = 0; !(await answers(origin)); looks++) {
      if (server.exitCode !== null || looks > 300) throw new Error(`the server does not answer: ${output}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }, 120_000)

  afterAll(() => {
    server?.kill("SIGKILL")
    if (recipe.framework === undefined) rmSync(folder, { recursive: true, force: true })
  })

  beforeEach(async () => {
    await run(Effect.zipRight(simulator.setFaults(""), simulator.awaitIdle))
    await run(simulator.reset)
  })

  const post = (body: string, signal?: AbortSignal) =>
    fetch(`${origin}/ask`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
      ...(signal === undefined ? {} : { signal })
    })

  const ask = (question: string, signal?: AbortSignal) => post(JSON.stringify({ question }), signal)

  it("answers, one visitor after the other", async () => {
    for (const word of ["hello", "goodbye"]) {
      let text = ""
      for await (const event of read(await ask(`Say: ${word}`))) if (event._tag === "ContentDelta") text += event.text
      expect(text, output).toBe(word)
    }
  })

  it("asks nothing for a body without a question, and says 400", async () => {
    const request = { messages: [{ role: "user", content: "Hello" }] }
    for (const body of ["", "Hello", "null", "{}", JSON.stringify({ question: request })]) {
      const { status } = await post(body)
      expect({ body, status }, output).toEqual({ body, status: 400 })
    }
    expect((await stats()).requests).toBe(0)
  })

  it.each(["slow:50", "idle@chunk:3"])("closes the request when the visitor leaves, with %s", async (faults) => {
    await run(simulator.setFaults(faults))
    const leave = new AbortController()
    const reading = (async () => {
      for await (const _ of read(await ask("Tell me about the sea.", leave.signal)));
    })().catch((error: unknown) => error)
    await expect.poll(async () => (await stats()).chunksWritten, { timeout: 20_000 }).toBeGreaterThan(2)
    const since = Date.now()
    leave.abort()
    expect(await reading).toMatchObject({ name: "AbortError" })
    await expect.poll(async () => (await stats()).disconnects.length, { timeout: 20_000, interval: 5 }).toBe(1)
    const [disconnect] = (await stats()).disconnects
    expect(disconnect?.complete).toBe(false)
    console.log(
      `${recipe.name}: closed ${Math.round((disconnect?.time ?? Infinity) - since)} ms after the visitor left`
    )
  })

  it.each([
    ["truncate@chunk:10", "StreamTruncatedError"],
    ["error-frame:1305@chunk:10", "OverloadedError"]
  ])("tells the page of %s", async (faults, tag) => {
    await run(simulator.setFaults(faults))
    const reading = (async () => {
      for await (const _ of read(await ask("Hello")));
    })()
    await expect(reading, output).rejects.toMatchObject({ _tag: tag })
  })
})
