/** Ctrl-C, SIGTERM, and readers that go away. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as ChildProcess from "node:child_process"
import * as Fs from "node:fs"
import { simulated } from "./support/simulator.js"
import { bin } from "./support/zhipu.js"

const slow = { tokensPerSecond: 5 }
const args = ["Hello", "--thinking", "disabled"]

describe("stopping", () => {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143]
  ] as const) {
    it.scopedLive(`${signal} keeps what came, closes the connection and exits ${code}`, () =>
      Effect.gen(function* () {
        const { awaitIdle, start, stats } = yield* simulated(slow)
        const running = start(args)
        yield* Effect.promise(() => running.until(({ stdout }) => stdout().includes("You")))
        running.child.kill(signal)
        const result = yield* Effect.promise(() => running.done)
        expect([result.code, result.signal, result.stderr]).toEqual([code, null, ""])
        expect(result.stdout).toMatch(/^You.*\n$/)
        yield* awaitIdle
        expect((yield* stats).disconnects.length).toBe(1)
      })
    )
  }

  it.scopedLive("SIGINT leaves whole lines of --jsonl", () =>
    Effect.gen(function* () {
      const { start } = yield* simulated(slow)
      const running = start([...args, "--jsonl"])
      yield* Effect.promise(() => running.until(({ stdout }) => stdout().includes("ContentDelta")))
      running.child.kill("SIGINT")
      const { code, stdout } = yield* Effect.promise(() => running.done)
      expect(code).toBe(130)
      for (const line of stdout.trimEnd().split("\n")) expect(JSON.parse(line)).toHaveProperty("_tag")
    })
  )

  it.scopedLive("SIGINT ends the wait between two attempts", () =>
    Effect.gen(function* () {
      const { start } = yield* simulated({ faults: "code:1305" })
      const running = start(args)
      yield* Effect.promise(() => running.until(({ stderr }) => stderr().includes("asking again")))
      running.child.kill("SIGINT")
      expect((yield* Effect.promise(() => running.done)).code).toBe(130)
    })
  )

  const full = "/dev/full"
  if (!Fs.existsSync(full)) console.warn(`${full} is not there: a full disk was NOT tested.`)

  it.runIf(Fs.existsSync(full))("a disk that is full is told", async () => {
    const stdout = Fs.openSync(full, "w")
    const result = await new Promise<string>((resolve) => {
      const child = ChildProcess.spawn(process.execPath, [bin, "models"], {
        env: { PATH: process.env["PATH"] ?? "" },
        stdio: ["ignore", stdout, "pipe"]
      })
      let stderr = ""
      child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text))
      child.on("close", (code) => resolve(`${code} ${stderr}`))
    })
    Fs.closeSync(stdout)
    expect(result).toMatch(/^1 [^]*Standard output cannot be written \(ENOSPC\)/)
  })

  it.scopedLive("a reader that has enough ends it quietly", () =>
    Effect.gen(function* () {
      const { awaitIdle, env, stats } = yield* simulated({ tokensPerSecond: 50 })
      const result = yield* Effect.async<string>((resume) => {
        ChildProcess.execFile(
          "bash",
          [
            "--norc",
            "-c",
            `"${process.execPath}" "${bin}" "$@" < /dev/null | head -n 1; echo "codes \${PIPESTATUS[*]}"`,
            "-",
            ...args,
            "--jsonl"
          ],
          { env: { PATH: process.env["PATH"] ?? "", ...env } },
          (_, stdout, stderr) => resume(Effect.succeed(`${stdout}${stderr}`))
        )
      })
      expect(result).toMatch(/^\{"_tag":"Started".*\}\ncodes 141 0\n$/)
      yield* awaitIdle
      expect((yield* stats).disconnects.length).toBe(1)
    })
  )
})
