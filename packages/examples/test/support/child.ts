/** Programs run as a user runs them: by `node`, in a process of their own, against a simulator over HTTP. */
import { ZhipuConfig } from "@effect-zhipu/client"
import type { Simulator } from "@effect-zhipu/testing"
import { Effect, Redacted } from "effect"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

/** The top of the repository. */
export const root = fileURLToPath(new URL("../../../..", import.meta.url))

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const keyNames = ZhipuConfig.keyVariables.map(({ name }) => name)

/** This process's environment without what it says about the service. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !keyNames.includes(name) && !/^(ZHIPU|ZHIPUAI|ZAI)_/.test(name))
  )

export const node = (
  args: ReadonlyArray<string>,
  options: {
    readonly cwd?: string
    readonly env?: Readonly<Record<string, string>>
    /** Standard input. */
    readonly input?: string
  } = {}
): Effect.Effect<Outcome> =>
  Effect.async((resume) => {
    const child = spawn(process.execPath, args, {
      cwd: options.cwd ?? root,
      env: { ...environment(), ...options.env },
      stdio: ["pipe", "pipe", "pipe"]
    })
    // A child that has ended already reads nothing.
    child.stdin.on("error", () => {}).end(options.input)
    let stdout = ""
    let stderr = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    child.on("close", (code) => resume(Effect.succeed({ code, stdout, stderr })))
    return Effect.sync(() => child.kill("SIGKILL"))
  })

const typescript = fileURLToPath(new URL("../../../../node_modules/typescript/bin/tsc", import.meta.url))

export const tsc = (args: ReadonlyArray<string>, cwd?: string) =>
  node([typescript, ...args, "--pretty", "false"], cwd === undefined ? {} : { cwd })

/** What a program needs to find a simulator. */
export const environmentOf = (simulator: Simulator.Service): Readonly<Record<string, string>> => ({
  ZHIPU_API_KEY: Redacted.value(simulator.apiKey),
  ZHIPU_BASE_URL: simulator.baseUrl
})
