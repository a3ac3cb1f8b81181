/** `zhipu monitor` as a process: what it serves, of itself and of another one. */
import { afterAll, describe, expect, it } from "vitest"
import { run, type Running, start as startProcess } from "./support/zhipu.js"

const running = new Set<Running>()

const start = (args: ReadonlyArray<string>): Running => {
  const started = startProcess(args)
  running.add(started)
  return started
}

// A test that fails half way leaves no process behind.
afterAll(() => {
  for (const { child } of running) child.kill("SIGKILL")
})

const addressOf = async (running: Running): Promise<string> => {
  await running.until(({ stderr }) => stderr().includes("Ctrl-C ends it."))
  return running.stdout().trim()
}

const callsOf = async (address: string): Promise<number> => {
  const { total } = await (await fetch(`${address}/snapshot`)).json()
  return total.succeeded + total.failed
}

const until = async (isDone: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 300; tries++) {
    if (await isDone()) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error("it did not come to that")
}

const stopped = async ({ child, done }: Running): Promise<number | null> => {
  child.kill("SIGINT")
  return (await done).code
}

describe("zhipu monitor", () => {
  it("shows a demonstration, and says that it is one; with --url what another process shows", async () => {
    const demonstration = start(["monitor"])
    const address = await addressOf(demonstration)
    expect(demonstration.stdout()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/)
    expect(demonstration.stderr()).toContain("A demonstration")
    await until(async () => (await callsOf(address)) > 0)

    const watching = start(["monitor", "--url", `${address}/`])
    const second = await addressOf(watching)
    expect(watching.stderr()).not.toContain("A demonstration")
    const before = await callsOf(second)
    await until(async () => (await callsOf(second)) > before)
    const page = await fetch(second)
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'")
    expect(await page.text()).toContain("<h1>GLM calls</h1>")
    expect((await fetch(`${second}/uplot.js`)).headers.get("content-type")).toContain("javascript")

    expect(await stopped(watching)).toBe(130)
    expect(await stopped(demonstration)).toBe(130)
  })

  it("says what is wrong with an address or a port", async () => {
    const nobody = await run(["monitor", "--url", "http://127.0.0.1:1/monitor"])
    expect([nobody.code, nobody.stdout]).toEqual([2, ""])
    expect(nobody.stderr).toContain("Nobody answers at http://127.0.0.1:1/monitor.")
    const none = await run(["monitor", "--url", "somewhere"])
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("That is not the address of a monitor.")])
    const port = await run(["monitor", "--port", "70000"])
    expect([port.code, port.stderr]).toEqual([2, expect.stringContaining("--port takes a number from 0 to 65535.")])

    const first = start(["monitor"])
    const address = await addressOf(first)
    const taken = await run(["monitor", "--port", new URL(address).port])
    expect([taken.code, taken.stderr]).toEqual([1, expect.stringContaining("the port is taken")])
    await stopped(first)
  })

  it("does not take something else for a monitor", async () => {
    const first = start(["monitor"])
    const address = await addressOf(first)
    const other = await run(["monitor", "--url", `${address}/metrics`])
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("Status 404, and no monitor,")])
    await stopped(first)
  })
})
