/** The other commands, and what the command says about itself. */
import { table } from "@effect-zhipu/client/Model"
import * as Fault from "@effect-zhipu/testing/Fault"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Crypto from "node:crypto"
import * as Fs from "node:fs"
import { descriptions, helpText } from "../src/help.js"
import * as options from "../src/options.js"
import { version } from "../src/version.js"
import { run, start } from "./support/zhipu.js"

const text = (name: string) => Fs.readFileSync(new URL(`../${name}`, import.meta.url), "utf8")

const key = "somebody-of-note.has-this-secret-here"

const verified = (token: string): Record<string, unknown> => {
  const [header = "", payload = "", signature = ""] = token.trim().split(".")
  const secret = key.split(".")[1] ?? ""
  expect(signature).toBe(Crypto.createHmac("sha256", secret).update(`${header}.${payload}`).digest("base64url"))
  const json = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString())
  expect(json(header)).toEqual({ alg: "HS256", sign_type: "SIGN" })
  return json(payload)
}

const withPages = [
  ["zhipu", options.chat],
  ["chat", options.chat],
  ["logs", options.logs],
  ["config", options.config],
  ["keys", options.keys],
  ["templates", options.templates],
  ["token", options.token],
  ["simulate", options.simulate],
  ["doctor", options.doctor],
  ["migrate", options.migrate],
  ["monitor", options.monitor],
  ["record", options.record],
  ["replay", options.replay],
  ["completions", options.completions]
] as const

describe("zhipu token", () => {
  it.live("prints a token signed with the key", () =>
    Effect.promise(async () => {
      const before = Date.now()
      const { code, stderr, stdout } = await run(["token", "--ttl", "90s"], { env: { ZHIPU_API_KEY: key } })
      expect([code, stderr]).toEqual([0, ""])
      const { api_key, exp, timestamp, ...rest } = verified(stdout)
      expect([api_key, rest]).toEqual(["somebody-of-note", {}])
      expect(Number(timestamp)).toBeGreaterThanOrEqual(before)
      expect(Number(exp) - Number(timestamp)).toBe(90_000)
    })
  )

  it.live("takes the key from standard input", () =>
    Effect.promise(async () => {
      const { code, stdout } = await run(["token", "--key-stdin"], { stdin: `${key}\n` })
      expect(code).toBe(0)
      verified(stdout)
    })
  )

  it.live("needs a key that can sign", () =>
    Effect.promise(async () => {
      const none = await run(["token"])
      expect([none.code, none.stdout]).toEqual([3, ""])
      expect(none.stderr).toContain("Set ZHIPU_API_KEY")
      const other = await run(["token"], { env: { ZHIPU_API_KEY: "sk-cp-without-a-dot" } })
      expect([other.code, other.stdout]).toEqual([3, ""])
    })
  )
})

describe("zhipu simulate", () => {
  it.live("answers until it is stopped", () =>
    Effect.promise(async () => {
      const running = start(["simulate", "--seed", "7"])
      await running.until(({ stderr }) => stderr().includes("until Ctrl-C"))
      const [, baseUrl, apiKey] =
        /^export ZHIPU_BASE_URL=(\S+)\nexport ZHIPU_API_KEY=(\S+)\n$/.exec(running.stdout()) ?? []
      const response = await fetch(`${baseUrl}/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
        body: JSON.stringify({ model: "glm-4.6", messages: [{ role: "user", content: "Hello" }] })
      })
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({ choices: [{ finish_reason: "stop" }] })
      running.child.kill("SIGINT")
      expect((await running.done).code).toBe(130)
    })
  )

  it.live("takes faults, and a limit of requests, and prints JSON", () =>
    Effect.promise(async () => {
      const running = start(["simulate", "--json", "--fault", "code:1113", "--max-in-flight", "2", "--tps", "100"])
      await running.until(({ stdout }) => stdout().endsWith("\n"))
      const { apiKey, baseUrl, port } = JSON.parse(running.stdout())
      expect(baseUrl).toContain(`:${port}/`)
      const answer = await run(["Hello"], { env: { ZHIPU_BASE_URL: baseUrl, ZHIPU_API_KEY: apiKey } })
      expect(answer.code).toBe(4)
      const taken = await run(["simulate", "--port", String(port)])
      expect(taken.code).toBe(1)
      expect(taken.stderr).toContain("the port is taken")
      running.child.kill("SIGTERM")
      expect((await running.done).code).toBe(143)
    })
  )
})

describe("zhipu models", () => {
  it.live("prints the table", () =>
    Effect.promise(async () => {
      const { code, stderr, stdout } = await run(["models"])
      expect([code, stderr]).toEqual([0, ""])
      expect(stdout.trimEnd().split("\n").length).toBe(table.length + 1)
      expect(stdout).toMatch(/^glm-4\.6 +200K +128K +auto +yes +text +2-4, 8-16 +asked by default, temperature 1, /m)
      expect(stdout).toMatch(/ CNY\/1M IN, OUT /)
      expect(stdout).toMatch(/^glm-4\.5-flash .* free /m)
      const json = await run(["--json", "models"])
      expect(JSON.parse(json.stdout)).toMatchObject(table)
      expect(JSON.parse(json.stdout).find((model: { readonly id: string }) => model.id === "glm-4.6")).toMatchObject({
        isDefault: true,
        prices: [
          { currency: "USD", input: 0.6 },
          { currency: "CNY", input: 4 }
        ]
      })
    })
  )

  it.live("has the prices of the host that is asked, and the model of the settings", () =>
    Effect.promise(async () => {
      for (const env of [
        { ZAI_API_KEY: key },
        { ZHIPU_REGION: "global" },
        { ZHIPU_BASE_URL: "https://api.z.ai/api/paas/v4" }
      ]) {
        const { stderr, stdout } = await run(["models"], { env: { ...env, ZHIPU_MODEL: "glm-4.7" } })
        expect(stderr).toBe("")
        expect(stdout).toMatch(/ USD\/1M IN, OUT /)
        expect(stdout).toMatch(/^glm-4\.6 .* 0\.6, 2\.2 +temperature/m)
        expect(stdout).toMatch(/^glm-4\.7 .* asked by default/m)
      }
      expect((await run(["models"], { env: { ZHIPU_REGION: "nowhere" } })).code).toBe(0)
    })
  )
})

describe("zhipu about itself", () => {
  it("has the version of its package", () => {
    expect(JSON.parse(text("package.json"))).toMatchObject({ version })
  })

  it.live("prints its version and help to standard output", () =>
    Effect.promise(async () => {
      expect(await run(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" })
      expect(await run(["--json", "--version"])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" })
      const help = await run(["--help"])
      expect([help.code, help.stderr]).toEqual([0, ""])
      expect(help.stdout).toBe(`${helpText("zhipu", options.documented(options.chat))}\n`)
      const simulate = await run(["simulate", "--help"])
      expect(simulate.stdout).toContain("--max-in-flight <number>")
      expect((await run(["help"])).stdout).toBe(help.stdout)
      expect((await run(["help", "simulate"])).stdout).toBe(simulate.stdout)
      const completions = await run(["--completions", "bash"])
      expect(completions.stdout).toContain("--tool-stream")
    })
  )

  it.live("lists the faults where help is asked for", () =>
    Effect.promise(async () => {
      for (const args of [
        ["--fault", "help"],
        ["simulate", "--fault=help"],
        ["embed", "--fault", "help", "a text"]
      ]) {
        const { code, stderr, stdout } = await run(args)
        expect([code, stderr]).toEqual([0, ""])
        for (const { syntax } of Fault.table) expect(stdout).toContain(`\n  ${syntax}`)
        expect(stdout).toMatch(/\nOn streams:\n(?: .*\n)*  late-tool-name /)
      }
      // A prompt of these words is a prompt, and a system message a system message.
      expect((await run(["--simulate", "--", "--fault", "help"])).stdout).not.toContain("On streams:")
      const faults = JSON.parse(Fs.readFileSync(new URL("../../testing/package.json", import.meta.url), "utf8")).files
      expect(faults).toContain("FAULTS.md")
    })
  )

  it("has a page with examples for each command", () => {
    for (const [command, declared] of withPages) {
      const help = helpText(command, options.documented(declared))
      expect(help).toMatch(/^Usage: zhipu /)
      expect(help).toContain(descriptions[command].split(" ").slice(0, 3).join(" "))
      expect(help, command).toContain("\n\nExamples:\n")
    }
    const exits = ["doctor", "migrate"] as const
    for (const command of exits) expect(helpText(command, [])).toContain("\n\nExit codes:\n")
  })

  it("describes every option in the help and in the README", () => {
    const readme = text("README.md")
    for (const [command, declared] of [...withPages, ["models", options.models] as const]) {
      const documented = options.documented(declared)
      expect(documented.length).toBe(Object.keys(declared).length)
      const help = helpText(command, documented)
      for (const { description, name } of documented) {
        expect(description).toMatch(/\.$/)
        expect(help).toContain(name)
        expect(readme, `${command} ${name}`).toContain(name)
      }
      for (const line of help.split("\n")) expect(line.length).toBeLessThanOrEqual(100)
    }
  })
})
