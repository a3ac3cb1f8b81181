// Builds the examples and runs one: npm run example -w packages/examples -- streaming
// Without a key in the environment it is answered by a simulator on this machine.
import { spawn } from "node:child_process"
import { existsSync, readdirSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const here = fileURLToPath(new URL(".", import.meta.url))
const keys = ["ZHIPU", "ZHIPUAI", "ZAI", "GLM", "Z_AI", "BIGMODEL"].map((name) => `${name}_API_KEY`)

const run = (args, options) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: "inherit", ...options })
    child.on("close", (code, signal) => resolve(signal === "SIGINT" ? 130 : (code ?? 1)))
  })

const main = async (name) => {
  const runnable = (file) => file.endsWith(".ts") && file !== "sentiment.ts"
  if (!/^[\w-]+$/.test(name) || !existsSync(join(here, "src", `${name}.ts`))) {
    const names = readdirSync(join(here, "src")).filter(runnable)
    console.error(`Which example? There are ${names.map((file) => file.replace(/\.ts$/, "")).join(", ")}.`)
    return 2
  }
  const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"))
  const built = await run([join(typescript, "bin", "tsc"), "-b", here], { stdio: ["ignore", 2, 2] })
  if (built !== 0) return built

  const example = [join(here, "dist", `${name}.js`)]
  if (keys.some((key) => process.env[key])) return run(example)

  const { Simulator } = await import("@effect-zhipu/testing")
  const { Effect, Redacted } = await import("effect")
  console.error("There is no ZHIPU_API_KEY: a simulator answers.\n")
  return Simulator.make({ tokensPerSecond: 60 }).pipe(
    Effect.flatMap(({ apiKey, baseUrl }) =>
      Effect.promise(() =>
        run(example, { env: { ...process.env, ZHIPU_API_KEY: Redacted.value(apiKey), ZHIPU_BASE_URL: baseUrl } })
      )
    ),
    Effect.scoped,
    Effect.runPromise
  )
}

// Ctrl-C reaches the example as well: it ends, and then this does.
process.on("SIGINT", () => {})
process.exitCode = await main(process.argv[2] ?? "")
