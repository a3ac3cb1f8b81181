// Clients of other makings that people use with the service: the tests run them against the simulator. Each is installed in exactly
// this version, with what it needs of peer dependencies, when a test asks for it.
import { copyFileSync, rmSync } from "node:fs"
import { basename, join } from "node:path"
import { ask, installInto } from "./npm-cache.mjs"
import { lookForRuntime } from "./runtimes.mjs"
import { root } from "./tools.mjs"

/** `node22`: it wants a Node that is newer than that of the tests may be. */
const peers = {
  "zhipuai-sdk-nodejs-v4": { packages: { "zhipuai-sdk-nodejs-v4": "0.1.12" } },
  langchain: {
    packages: { "@langchain/community": "1.1.29", "@langchain/core": "1.4.0", jsonwebtoken: "9.0.2" }
  },
  openai: { node22: true, packages: { openai: "7.59.0" } },
  "openai-agents": { node22: true, packages: { "@openai/agents": "0.20.0", openai: "7.59.0", zod: "4.1.13" } },
  ai: { node22: true, packages: { ai: "7.0.173", "zhipu-ai-provider": "0.2.2", zod: "4.1.13" } }
}

/** All the clients that there are. */
export const peerNames = Object.keys(peers)

/** Servers of other makings, which our client of the Model Context Protocol is tried with. */
const servers = {
  "mcp-servers": {
    packages: {
      "@modelcontextprotocol/server-everything": "2026.8.31",
      "@modelcontextprotocol/server-filesystem": "2026.8.31"
    }
  }
}

const all = { ...peers, ...servers }

const find = async (name, { cache = join(root, "node_modules/.cache/peers"), npm } = {}) => {
  const { node22 = false, packages } = all[name]
  const specs = Object.entries(packages).map(([name, version]) => `${name}@${version}`)
  const missing = (reason) => ({ folder: undefined, node: undefined, reason })
  const node = node22 ? await lookForRuntime("node22") : { path: process.execPath, reason: undefined }
  if (node.path === undefined) return missing(`${name} wants Node 22: ${node.reason}`)
  const folder = specs.join("+").replaceAll("/", "-")
  const problem = await installInto(cache, folder, specs, npm)
  return problem === undefined
    ? { folder: join(cache, folder), node: node.path, reason: undefined }
    : missing(`npm cannot install ${specs.join(" ")}: ${problem}`)
}

const attempts = new Map()

/**
 * Where a client is installed, and the Node that it runs in; or why it cannot be had. What could not be had is not tried again by
 * the same process. The options are for tests.
 */
export const lookForPeer = (name, options) => {
  if (all[name] === undefined) throw new Error(`Nothing is called ${name}: there are ${Object.keys(all).join(", ")}`)
  if (options !== undefined) return find(name, options)
  const attempt = attempts.get(name) ?? find(name)
  attempts.set(name, attempt)
  return attempt
}

/** Runs a program beside the packages of a client, as it would be run in a project that has them; gives what it writes. */
export const runBeside = async ({ folder, node }, program, env) => {
  const copy = join(folder, `${process.pid}-${basename(program)}`)
  copyFileSync(program, copy)
  try {
    const { problem, stdout } = await ask(node, [copy], { env: { PATH: process.env.PATH, ...env }, timeout: 120_000 })
    if (problem !== undefined) throw new Error(`${basename(program)}: ${problem}`)
    return stdout
  } finally {
    rmSync(copy, { force: true })
  }
}
