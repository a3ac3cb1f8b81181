/** How the command fails: exit codes, what it says, and what it still prints. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Net from "node:net"
import { simulated } from "./support/simulator.js"
import { run } from "./support/zhipu.js"

const impatient = { ZHIPU_MAX_RETRIES: "0" }

const closedPort: Effect.Effect<number> = Effect.async<number>((resume) => {
  // Below those that the system gives to whoever asks for any: nobody takes it meanwhile.
  const port = 20_000 + Math.floor(Math.random() * 10_000)
  const server = Net.createServer()
  server.on("error", () => resume(closedPort))
  server.listen(port, "127.0.0.1", () => server.close(() => resume(Effect.succeed(port))))
})

describe("exit code", () => {
  const refused: ReadonlyArray<readonly [fault: string, code: number, tag: string]> = [
    ["code:1220", 3, "PermissionError"],
    ["code:1112", 3, "AccountError"],
    ["code:1113", 4, "InsufficientBalanceError"],
    ["code:1302", 4, "RateLimitError"],
    ["code:1308", 4, "QuotaExceededError"],
    ["code:1305", 5, "OverloadedError"],
    ["status:502-html", 5, "ServerError"],
    ["reset-before-headers", 5, "ConnectionError"],
    ["code:1301", 6, "ContentFilteredError"],
    ["code:1210", 1, "InvalidRequestError"],
    ["code:1261", 1, "ContextLengthError"],
    ["html-200", 7, "CorruptStreamError"]
  ]
  for (const [faults, code, tag] of refused) {
    it.scopedLive(`${code} for ${tag}`, () =>
      Effect.gen(function* () {
        const { zhipu } = yield* simulated({ faults })
        const result = yield* zhipu(["Hello"], { env: impatient })
        expect([result.code, result.stdout]).toEqual([code, ""])
        expect(result.stderr).toMatch(new RegExp(`^zhipu: ${tag}: .+\\n`))
        expect(result.stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(2)
      })
    )
  }

  it.scopedLive("3 for a wrong key, by key and by token", () =>
    Effect.gen(function* () {
      const { zhipu } = yield* simulated()
      const env = { ZHIPU_API_KEY: "somebody.else-has-this-secret" }
      for (const args of [["Hello"], ["Hello", "--auth", "jwt"]]) {
        const { code, stderr, stdout } = yield* zhipu(args, { env })
        expect([code, stdout]).toEqual([3, ""])
        expect(stderr).toContain("zhipu: AuthenticationError:")
      }
    })
  )

  it.scopedLive("5 for a proxy where nobody listens, by its name and without its password", () =>
    Effect.gen(function* () {
      const { zhipu } = yield* simulated()
      const port = yield* closedPort
      const proxied = { ...impatient, HTTP_PROXY: `http://user:proxy-password@127.0.0.1:${port}` }
      const refused = yield* zhipu(["Hello"], { env: proxied })
      expect(refused.stderr).toContain(
        `ECONNREFUSED 127.0.0.1:${port}, through the proxy 127.0.0.1:${port} (HTTP_PROXY).`
      )
      expect([refused.code, refused.stderr.includes("proxy-password")]).toEqual([5, false])
      const exempt = yield* zhipu(["Hello"], { env: { ...proxied, NO_PROXY: "127.0.0.1" } })
      expect(exempt.code).toBe(0)
    })
  )

  it.scopedLive("3 for settings that cannot work", () =>
    Effect.gen(function* () {
      const { env, zhipu } = yield* simulated()
      const noKey = yield* zhipu(["Hello"], { env: { ZHIPU_API_KEY: "" } })
      expect(noKey.code).toBe(3)
      expect(noKey.stderr).toContain("Set ZHIPU_API_KEY")
      const option = yield* Effect.promise(() => run(["Hello", "--base-url", env.ZHIPU_BASE_URL]))
      expect(option.code).toBe(3)
      expect((yield* zhipu(["Hello", "--base-url", "nowhere"])).code).toBe(3)
      expect((yield* zhipu(["Hello"], { env: { ZHIPU_AUTH: "basic" } })).code).toBe(3)
      expect((yield* zhipu(["Hello"], { env: { ZHIPU_API_KEY: "'quoted.secret-of-the-key'" } })).code).toBe(3)
      expect((yield* zhipu(["Hello"], { env: { ...impatient, HTTPS_PROXY: "no url", HTTP_PROXY: "" } })).code).toBe(3)
    })
  )

  it.scopedLive("1 for an unknown model", () =>
    Effect.gen(function* () {
      const { zhipu } = yield* simulated()
      const { code, stderr } = yield* zhipu(["Hello", "--model", "glm-0"])
      expect(code).toBe(1)
      expect(stderr).toContain("zhipu: ModelNotFoundError:")
    })
  )

  it.live("5 for a service that is not there, within a bounded time", () =>
    Effect.gen(function* () {
      const port = yield* closedPort
      const startedAt = Date.now()
      const { code, stderr } = yield* Effect.promise(() =>
        run(["Hello", "--base-url", `http://127.0.0.1:${port}/api/paas/v4`], {
          env: { ZHIPU_API_KEY: "somebody.has-this-secret" }
        })
      )
      expect(code).toBe(5)
      expect(stderr).toContain("asking again in")
      expect(stderr).toMatch(/zhipu: ConnectionError: .*ECONNREFUSED/)
      expect(stderr).toContain("asked 4 times")
      expect(Date.now() - startedAt).toBeLessThan(40_000)
    })
  )

  it.scopedLive("5 for a deadline, with what came until then", () =>
    Effect.gen(function* () {
      const { zhipu } = yield* simulated({ faults: "idle@chunk:4" })
      const { code, stderr, stdout } = yield* zhipu(["Hello", "--thinking", "disabled", "--timeout", "4s"])
      expect(code).toBe(5)
      expect(stdout.endsWith("\n")).toBe(true)
      expect(stderr).toMatch(/^zhipu: DeadlineExceededError: .* Give it longer with --timeout /m)
    })
  )

  it.scopedLive("7 for a stream that broke off, with what came until then", () =>
    Effect.gen(function* () {
      const { setFaults, zhipu } = yield* simulated({ faults: "truncate@chunk:5" })
      const args = ["Hello", "--thinking", "disabled"]
      const truncated = yield* zhipu(args)
      expect(truncated.code).toBe(7)
      expect(truncated.stdout).toMatch(/^You asked.*\n$/)
      expect(truncated.stderr).toMatch(/^zhipu: StreamTruncatedError: .* What came is printed; ask again\.\n$/)
      const jsonl = yield* zhipu([...args, "--jsonl"])
      expect(jsonl.code).toBe(7)
      expect(jsonl.stdout).toContain('{"_tag":"ContentDelta"')
      expect(jsonl.stdout).not.toContain('"Finished"')
      const json = yield* zhipu([...args, "--json"])
      expect(json).toMatchObject({ code: 7, stdout: "" })
      expect(json.stderr).toContain("Nothing is printed, as the answer is not whole; ask again.")
      for (const faults of ["malformed@chunk:5", "glued@chunk:5", "id-change@chunk:5"]) {
        yield* Effect.orDie(setFaults(faults))
        const corrupt = yield* zhipu(args)
        expect([faults, corrupt.code]).toEqual([faults, 7])
        expect(corrupt.stdout).toMatch(/^You asked.*\n$/)
        expect(corrupt.stderr).toContain("zhipu: CorruptStreamError:")
      }
    })
  )

  it.scopedLive("6 for an answer that moderation blocked on the way", () =>
    Effect.gen(function* () {
      const { zhipu } = yield* simulated({ faults: "finish:sensitive" })
      for (const args of [["Hello"], ["Hello", "--json"], ["Hello", "--jsonl"], ["Hello", "--no-stream"]]) {
        const { code, stderr, stdout } = yield* zhipu(args)
        expect(code).toBe(6)
        expect(stderr).toContain("blocked by moderation")
        expect(stdout).not.toBe("")
      }
    })
  )

  it.scopedLive("0 for an answer that was cut at max_tokens, with a notice", () =>
    Effect.gen(function* () {
      const { zhipu } = yield* simulated()
      const { code, stderr } = yield* zhipu(["Hello", "--thinking", "disabled", "--max-tokens", "3"])
      expect([code, stderr]).toEqual([0, "The answer was cut at max_tokens.\n"])
    })
  )

  it.scopedLive("0 where asking again helped, and says that it asks again", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated({ faults: "code:1302*1" })
      const { code, stderr } = yield* zhipu(["Hello", "--thinking", "disabled"])
      expect(code).toBe(0)
      expect(stderr).toMatch(/^zhipu: RateLimitError \(1302\): asking again in \d\.\d s\.\n$/)
      expect((yield* requests).length).toBe(2)
    })
  )

  const unusable: ReadonlyArray<readonly [args: ReadonlyArray<string>, says: string]> = [
    [[], "no prompt"],
    [["--frobnicate", "Hello"], "no option --frobnicate"],
    [["Hello", "--temperature", "warm"], "--temperature takes a number"],
    [["Hello", "--timeout", "soon"], "--timeout takes a time"],
    [["Hello", "--messages", "/does/not/exist"], "no such file"],
    [["Hello", "--tools", "/"], "directory"],
    [["Hello", "--json", "--jsonl"], "one of --json and --jsonl"],
    [["Hello", "--fault", "nonsense"], "nonsense"],
    [["simulate", "--fault", "nonsense"], "nonsense"],
    [["simulate", "--port", "70000"], "--port"]
  ]
  for (const [args, says] of unusable) {
    it.live(`2 for: zhipu ${args.join(" ")}`, () =>
      Effect.promise(async () => {
        const { code, stderr, stdout } = await run(args)
        expect([code, stdout]).toEqual([2, ""])
        expect(stderr).toContain(says)
      })
    )
  }

  it.live("2 with a hint, and nothing asked, for a command with a typing error", () =>
    Effect.promise(async () => {
      expect(await run(["docter"])).toMatchObject({
        code: 2,
        stdout: "",
        stderr: "zhipu: There is no command docter. Did you mean zhipu doctor? To ask the model this: zhipu -- docter\n"
      })
      const forced = await run(["--dry-run", "--", "docter"])
      expect([forced.code, forced.stdout]).toEqual([0, expect.stringContaining('"docter"')])
      const piped = await run(["--dry-run", "model"], { stdin: "A car." })
      expect([piped.code, piped.stdout]).toEqual([0, expect.stringContaining("A car.\\n\\nmodel")])
    })
  )

  it.scopedLive("2, and nothing asked, for what other tools call commands", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      for (const words of [["login"], ["list"], ["run", "glm-4.6"], ["help", "login"]]) {
        const { code, stderr, stdout } = yield* zhipu(words)
        expect([words, code, stdout]).toEqual([words, 2, ""])
        expect(stderr).toContain(`To ask the model this: zhipu -- ${words.join(" ")}\n`)
      }
      expect(yield* requests).toEqual([])
    })
  )

  it.live("2 with the help that tells more, and none where a file is to blame", () =>
    Effect.promise(async () => {
      const lastOf = async (...args: ReadonlyArray<string>) => (await run(args)).stderr.trimEnd().split("\n").at(-1)
      expect(await lastOf("simulate", "--prot", "3")).toBe("zhipu simulate --help tells how it is used.")
      expect(await lastOf("simulate", "--port", "x")).toBe("zhipu simulate --help tells how it is used.")
      expect(await lastOf("doctor", "--ofline")).toBe("zhipu doctor --help tells how it is used.")
      expect(await lastOf("migrate")).toBe("zhipu migrate --help tells how it is used.")
      expect(await lastOf("Hello", "--messages", "/does/not/exist")).toContain("no such file")
    })
  )

  it.live("2 for a key on the command line, which is not repeated", () =>
    Effect.promise(async () => {
      const { code, stderr } = await run(["--api-key", "somebody.has-this-secret", "hi"])
      expect(code).toBe(2)
      expect(stderr).toContain("set ZHIPU_API_KEY, or use --key-stdin")
      expect(stderr).not.toContain("secret")
    })
  )

  it.scopedLive("2 for --fault on a real service", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      expect((yield* zhipu(["Hello", "--fault", "code:1302"])).code).toBe(2)
      expect(yield* requests).toEqual([])
    })
  )
})
