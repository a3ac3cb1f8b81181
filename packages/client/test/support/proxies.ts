/** nginx and Caddy of the system between a client and a simulator, on free ports, with their files in a folder of their own. */
import { Effect, type Scope } from "effect"
import { spawn } from "node:child_process"
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { connect, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { findCaddy, findNginx } from "../../../../scripts/services.mjs"

export interface Proxy {
  /** Passes on what comes, packs and buffers it, and gives up an upstream that says nothing for so many seconds. */
  readonly working: number
  /** Its upstream is not there. */
  readonly down: number
}

export const programs = { nginx: await findNginx(), caddy: await findCaddy() }

export type ProxyName = keyof typeof programs

const freePort: Effect.Effect<number> = Effect.async((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

interface Setting extends Proxy {
  readonly upstream: number
  /** A port of nobody. */
  readonly nobody: number
  readonly folder: string
  readonly patience: number
}

const nginxFile = ({ down, folder, nobody, patience, upstream, working }: Setting): string => `
daemon off;
master_process off;
worker_processes 1;
pid ${folder}/pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  gzip on;
  gzip_proxied any;
  gzip_types text/event-stream application/json;
  gzip_min_length 1;
  proxy_buffering on;
  proxy_http_version 1.1;
  proxy_read_timeout ${patience}s;
  server { listen 127.0.0.1:${working}; location / { proxy_pass http://127.0.0.1:${upstream}; } }
  server { listen 127.0.0.1:${down}; location / { proxy_pass http://127.0.0.1:${nobody}; } }
}
`

const caddyFile = ({ down, folder, nobody, patience, upstream, working }: Setting): string => `
{
  admin off
  auto_https off
  storage file_system ${folder}/storage
}
http://127.0.0.1:${working} {
  encode {
    gzip
    minimum_length 1
    match {
      header Content-Type text/event-stream*
      header Content-Type application/json*
    }
  }
  reverse_proxy 127.0.0.1:${upstream} {
    transport http {
      read_timeout ${patience}s
    }
  }
}
http://127.0.0.1:${down} {
  reverse_proxy 127.0.0.1:${nobody}
  handle_errors {
    header Content-Type text/html
    respond "<html><head><title>{err.status_code} {err.status_text}</title></head><body>caddy</body></html>"
  }
}
`

const commands = {
  nginx: {
    file: nginxFile,
    args: (folder: string) => ["-p", folder, "-e", join(folder, "error.log"), "-c", join(folder, "file")]
  },
  caddy: {
    file: caddyFile,
    args: (folder: string) => ["run", "--adapter", "caddyfile", "--config", join(folder, "file")]
  }
} satisfies Record<ProxyName, unknown>

const isListening = (port: number): Effect.Effect<boolean> =>
  Effect.async((resume) => {
    const socket = connect(port, "127.0.0.1")
    const end = (listening: boolean) => {
      socket.destroy()
      resume(Effect.succeed(listening))
    }
    socket.on("connect", () => end(true)).on("error", () => end(false))
  })

/** Stops with the scope. */
export const start = (name: ProxyName, upstream: number, patience: number): Effect.Effect<Proxy, never, Scope.Scope> =>
  Effect.gen(function* () {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), `${name}-`))),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
    )
    // Its workers may belong to another user than the one who starts it.
    chmodSync(folder, 0o755)
    const [working, down, nobody] = yield* Effect.all([freePort, freePort, freePort], { concurrency: 3 })
    const { args, file } = commands[name]
    writeFileSync(join(folder, "file"), file({ working, down, nobody, upstream, folder, patience }))
    let said = ""
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => {
        const env = { PATH: process.env["PATH"] ?? "", HOME: folder }
        const child = spawn(programs[name].path ?? name, args(folder), { env, stdio: ["ignore", "ignore", "pipe"] })
        child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text))
        return child
      }),
      (child) =>
        Effect.async<void>((resume) => {
          if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
          child.on("exit", () => resume(Effect.void))
          child.kill("SIGKILL")
        })
    )
    for (let tries = 0; !(yield* isListening(down)); tries++) {
      if (child.exitCode !== null || tries > 400) return yield* Effect.dieMessage(`${name} does not start: ${said}`)
      yield* Effect.sleep("25 millis")
    }
    return { working, down }
  })
