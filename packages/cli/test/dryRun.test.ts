/** `--dry-run` prints what would be sent, and sends nothing. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { simulated } from "./support/simulator.js"
import { run } from "./support/zhipu.js"

describe("--dry-run", () => {
  it.scopedLive("prints the body that is sent without it, and sends nothing", () =>
    Effect.gen(function* () {
      const { requests, stats, zhipu } = yield* simulated()
      const args = ["Why?", "--system", "Briefly.", "--temperature", "0.2", "--tool-stream", "--max-tokens", "9"]
      for (const mode of [args, [...args.filter((arg) => arg !== "--tool-stream"), "--no-stream"]]) {
        const dry = yield* zhipu([...mode, "--dry-run"])
        expect(dry.code).toBe(0)
        expect(dry.stderr).toMatch(
          /^zhipu: Not sent: POST http:\/\/127\.0\.0\.1:\d+\/api\/paas\/v4\/chat\/completions\n$/
        )
        const before = (yield* stats).requests
        expect((yield* zhipu(mode)).code).toBe(0)
        expect((yield* stats).requests).toBe(before + 1)
        expect(JSON.parse(dry.stdout)).toEqual((yield* requests).at(-1)?.body)
      }
      expect((yield* stats).requests).toBe(2)
    })
  )

  it.scopedLive("prints all of an attached image where no terminal reads it", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      const path = Path.join(Os.tmpdir(), `zhipu-dry-run-${process.pid}.png`)
      const png = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(100_000, 7)])
      yield* Effect.acquireRelease(
        Effect.sync(() => Fs.writeFileSync(path, png)),
        () => Effect.sync(() => Fs.rmSync(path))
      )
      const args = ["-m", "glm-4.6v", "-f", path, "What?"]
      const dry = yield* zhipu([...args, "--dry-run"])
      expect(dry.code).toBe(0)
      expect(dry.stdout).toContain(`"${png.toString("base64")}"`)
      yield* zhipu(args)
      expect(JSON.parse(dry.stdout)).toEqual((yield* requests)[0]?.body)
    })
  )

  it.live("needs no key, goes where the key would, and can be checked", () =>
    Effect.promise(async () => {
      const none = await run(["--dry-run", "Hello"])
      expect([none.code, none.stderr]).toEqual([
        0,
        "zhipu: Not sent: POST https://open.bigmodel.cn/api/paas/v4/chat/completions\n"
      ])
      const abroad = await run(["--dry-run", "Hello", "--auth", "jwt"], { env: { ZAI_API_KEY: "sk-without-a-dot" } })
      expect(abroad.stderr).toContain("POST https://api.z.ai/api/paas/v4/chat/completions")
      const refused = await run(["--dry-run", "", "--messages", "-"], { stdin: '[{"role": "system", "content": "a"}]' })
      expect(refused.code).toBe(2)
      const both = await run(["--dry-run", "Hello", "--temperature", "0.5", "--top-p", "0.5"])
      const checked = await run(["migrate", "-"], { stdin: both.stdout })
      expect(checked.code).toBe(1)
      expect(checked.stdout).toContain("standard input:10:3: should sampling-pair: ")
    })
  )
})
