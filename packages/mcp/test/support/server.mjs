// A server over its standard streams that misbehaves as its tools are told to.
import { appendFileSync } from "node:fs"
import { Server } from "@modelcontextprotocol/sdk/server/index.js"
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js"
import { behave, sending } from "./behave.mjs"

const [mode, journal] = process.argv.slice(2)
if (journal !== undefined) appendFileSync(journal, `${process.pid}\n`)
const forEver = () => setInterval(() => undefined, 1000)

if (mode === "deaf") {
  forEver()
} else if (mode === "dies") {
  console.error("no such key: sk-very-secret-key")
  process.exitCode = 1
} else {
  if (mode === "stubborn") {
    process.on("SIGTERM", () => undefined)
    forEver()
  }
  const server = new Server(
    { name: "test", version: "1.0.0" },
    { capabilities: { tools: {} }, instructions: "Be kind." }
  )
  behave(server, {
    die: () => process.exit(3),
    flood: (bytes) => process.stdout.write("x".repeat(bytes)),
    many: mode === "many" ? 100 : 0,
    odd: mode === "odd"
  })
  await server.connect(sending(new StdioServerTransport()))
}
