/** What a file of JSON or code may be: pipes are read, devices are not, and no signal waits for either. */
import { spawnSync } from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { bin, run, type Running, start } from "./support/zhipu.js"

const dir = Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-document-"))
const running: Array<Running> = []

afterAll(() => {
  for (const { child } of running) child.kill("SIGKILL")
  Fs.rmSync(dir, { recursive: true, force: true })
})

const begin = (args: ReadonlyArray<string>): Running => {
  const started = start(args)
  running.push(started)
  return started
}

const messages = JSON.stringify([{ role: "user", content: "from a pipe" }])
const isUnix = process.platform !== "win32"
if (!isUnix) console.warn("SKIPPED: pipes with names, and devices: Windows has neither.")

let count = 0
const pipeWithName = (): string => {
  const path = Path.join(dir, `pipe-${count++}`)
  expect(spawnSync("mkfifo", [path]).status).toBe(0)
  return path
}

/** Waits until a process has opened a file, where the system tells; else a while. */
const opened = async (pid: number | undefined, path: string): Promise<void> => {
  const files = `/proc/${pid}/fd`
  if (!Fs.existsSync(files)) return new Promise((resolve) => setTimeout(resolve, 5000))
  const isOpen = () =>
    Fs.readdirSync(files).some((fd) => {
      try {
        return Fs.readlinkSync(Path.join(files, fd)) === path
      } catch {
        return false
      }
    })
  await expect.poll(isOpen, { timeout: 30_000, interval: 20 }).toBe(true)
}

describe.runIf(isUnix)("a file", () => {
  it("that is a device or a directory is refused", async () => {
    for (const option of ["--messages", "--tools"]) {
      for (const path of ["/dev/zero", "/dev/null", "/dev/tty", dir]) {
        const { code, stderr, stdout } = await run(["--dry-run", option, path, "hi"])
        expect([code, stdout]).toEqual([2, ""])
        expect(stderr).toContain(`${option}: ${path} cannot be read: `)
      }
    }
    const migrate = await run(["migrate", "/dev/zero"])
    expect([migrate.code, migrate.stderr]).toEqual([2, expect.stringContaining("it is neither a file nor a pipe")])
  })

  it("that is larger than anybody sends is refused, also from standard input", async () => {
    const path = Path.join(dir, "large.json")
    Fs.writeFileSync(path, "[")
    Fs.truncateSync(path, 200 * 1024 * 1024)
    const { code, stderr } = await run(["--dry-run", "--messages", path, "hi"])
    expect([code, stderr]).toEqual([2, expect.stringContaining("it holds more than 64 MB")])
    const endless = spawnSync("sh", ["-c", `yes | "$0" "$1" --dry-run hi`, process.execPath, bin], { timeout: 60_000 })
    expect([endless.status, endless.stderr.toString()]).toEqual([2, expect.stringContaining("more than 64 MB")])
  })

  it("that is a pipe is read, whenever it is written", async () => {
    const path = pipeWithName()
    const asked = begin(["--dry-run", "--messages", path, "and more"])
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect(asked.child.exitCode).toBe(null)
    await Fs.promises.writeFile(path, messages)
    const { code, stdout } = await asked.done
    expect([code, stdout]).toEqual([0, expect.stringContaining("from a pipe")])
    const script = `"$0" "$1" --dry-run --messages <(sleep 0.3; printf '%s' "$2") "and more"`
    const substituted = spawnSync("bash", ["-c", script, process.execPath, bin, messages], { timeout: 60_000 })
    expect([substituted.status, substituted.stdout.toString()]).toEqual([0, expect.stringContaining("from a pipe")])
  })

  it.for([
    ["SIGINT", 130],
    ["SIGTERM", 143]
  ] as const)("that is a pipe without a writer holds up no %s", async ([signal, code]) => {
    const path = pipeWithName()
    const asked = begin(["--dry-run", "--messages", path, "hi"])
    await opened(asked.child.pid, path)
    asked.child.kill(signal)
    const begun = performance.now()
    expect(await asked.done).toMatchObject({ code, stderr: "" })
    expect(performance.now() - begun).toBeLessThan(15_000)
  })
})

describe.runIf(isUnix)("a signal", () => {
  it("ends a command whose output nobody reads, two seconds after", async () => {
    const path = Path.join(dir, "long.json")
    Fs.writeFileSync(path, JSON.stringify([{ role: "user", content: "x".repeat(4_000_000) }]))
    const asked = begin(["--dry-run", "--messages", path, "hi"])
    asked.child.stdout?.pause()
    await asked.until(({ stderr }) => stderr().includes("Not sent"))
    await new Promise((resolve) => setTimeout(resolve, 500))
    asked.child.kill("SIGTERM")
    const end = new Promise((resolve) => asked.child.once("exit", (_, signal) => resolve(signal)))
    expect(await end).toBe("SIGTERM")
  })
})

describe("an option", () => {
  it("with an empty value is refused, but instructions", async () => {
    for (const args of [
      ["-f", ""],
      ["--file", ""],
      ["--file="],
      ["-m", ""],
      ["--messages", ""],
      ["--tools", ""],
      ["--base-url", ""]
    ]) {
      const { code, stderr, stdout } = await run(["--dry-run", ...args, "hi"])
      expect([args, code, stdout]).toEqual([args, 2, ""])
      expect(stderr).toContain("was given an empty one")
    }
    expect((await run(["--dry-run", "--system", "", "hi"])).code).toBe(0)
  })
})
