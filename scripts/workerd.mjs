// Cloudflare's workerd from npm, which runs Workers: by a configuration that it reads from a file.
import { join } from "node:path"

const windows = process.platform === "win32"

/** The package that holds the program itself for this system. */
const name = `@cloudflare/workerd-${windows ? "windows" : process.platform}-${process.arch === "arm64" ? "arm64" : "64"}`

export const workerdVersion = "1.20261117.1"

/** What npm installs. */
export const workerdPackage = `${name}@${workerdVersion}`

/** The program within the folder that the package was installed into. */
export const workerdProgram = join("node_modules", name, "bin", `workerd${windows ? ".exe" : ""}`)

/** A configuration of workerd: one Worker, the module `file` beside it, which may fetch from anywhere, with texts in its `env`. */
export const workerdConfig = (file, address, env = {}) => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"]))
  ],
  sockets = [(name = "http", address = ${JSON.stringify(address)}, http = (), service = "main")]
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed ${JSON.stringify(file)})],
  compatibilityDate = "2025-11-01",
  bindings = [${Object.entries(env).map(([name, text]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(text)})`)}]
);
`
