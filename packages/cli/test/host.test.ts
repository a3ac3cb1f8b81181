/** The local servers do not answer to a page whose name was made to point at this machine. */
import { afterAll, describe, expect, it } from "vitest"
import * as Fs from "node:fs"
import { request } from "node:http"
import * as Os from "node:os"
import * as Path from "node:path"
import * as Host from "../src/host.js"
import { run, type Running, start } from "./support/zhipu.js"

const dir = Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-host-"))
const running: Array<Running> = []

afterAll(() => {
  for (const { child } of running) child.kill("SIGKILL")
  Fs.rmSync(dir, { recursive: true, force: true })
})

const statusOf = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on("error", reject)
      .end()
  })

const served = async (args: ReadonlyArray<string>): Promise<string> => {
  const server = start(args)
  running.push(server)
  await server.until(({ stderr }) => stderr().includes("Ctrl-C"))
  return /http:\/\/[^\s"]+/.exec(server.stdout())?.[0] ?? ""
}

describe("the Host of a request", () => {
  it("is an address, localhost or what --host says", () => {
    const accepted = Host.accepted("box.lan")
    const fine = [
      "127.0.0.1",
      "127.0.0.1:80",
      "192.168.0.2:8080",
      "[::1]:80",
      "[::1]",
      "localhost",
      "LocalHost:3000",
      "a.localhost:1"
    ]
    for (const host of [...fine, "box.lan:80", "BOX.lan", "box.lan.", ""])
      expect([host, accepted(host)]).toEqual([host, true])
    const refused = [
      "evil.example",
      "evil.example:80",
      "localhost.evil.example",
      "127.0.0.1.evil.example",
      "xbox.lan",
      "1.2.3"
    ]
    for (const host of refused) expect([host, accepted(host)]).toEqual([host, false])
  })

  it.for(["monitor", "simulate", "replay"])("is looked at by zhipu %s", async (command) => {
    const file = Path.join(dir, "recorded.json")
    if (command === "replay") expect((await run(["record", file, "--simulate", "Hi"])).code).toBe(0)
    const url = await served(command === "replay" ? ["replay", file, "--port", "0"] : [command, "--port", "0"])
    const port = new URL(url).port
    const paths = command === "monitor" ? ["", "/snapshot", "/metrics", "/events", "/none"] : ["", "/chat/completions"]
    for (const path of paths) {
      expect(await statusOf(`${url}${path}`, "evil.example")).toBe(403)
      expect(await statusOf(`${url}${path}`, `evil.example:${port}`)).toBe(403)
      for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
        expect(await statusOf(`${url}${path}`, host)).not.toBe(403)
      }
    }
  })
})
