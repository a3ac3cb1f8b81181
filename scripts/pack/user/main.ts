// The program from a command line, in Node, Bun or Deno, and every package of which something is imported.
import * as ai from "@effect-zhipu/ai"
import * as api from "@effect-zhipu/api"
import * as bulk from "@effect-zhipu/bulk"
import * as client from "@effect-zhipu/client"
import * as http from "@effect-zhipu/http"
import * as mcp from "@effect-zhipu/mcp"
import * as monitor from "@effect-zhipu/monitor"
import * as node from "@effect-zhipu/node"
import * as protocol from "@effect-zhipu/protocol"
import * as redis from "@effect-zhipu/redis"
import * as testing from "@effect-zhipu/testing"
import { run } from "./program.js"

const { ZHIPU_API_KEY: apiKey = "", ZHIPU_BASE_URL: baseUrl = "" } = process.env
const packages = { ai, api, bulk, client, http, mcp, monitor, node, protocol, redis, testing }
const modules = Object.fromEntries(Object.entries(packages).map(([name, exports]) => [name, Object.keys(exports)]))
console.log(JSON.stringify({ modules, ...(await run({ apiKey, baseUrl })) }))
