/** How the tests find, and if need be install, the programs of the system: with an apt-get that only pretends. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { findRedis } from "../../../scripts/services.mjs"

/** A system of one folder. What apt-get was asked goes to `log`. */
const system = (programs: Readonly<Record<string, string>>) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "system-"))),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
    ),
    (folder) => {
      const bin = join(folder, "bin")
      mkdirSync(bin)
      for (const [name, body] of Object.entries(programs)) {
        writeFileSync(join(bin, name), `#!/bin/sh\n${body.replaceAll("$FOLDER", folder)}\n`)
        chmodSync(join(bin, name), 0o755)
      }
      const options = { path: `${bin}:/usr/bin-of-nobody`, folders: [], lock: join(folder, "lock") }
      return { bin, log: () => readFileSync(join(folder, "log"), "utf8"), options }
    }
  )

// Where there is no sh, there is no apt-get either.
const installs = `/bin/echo "$@" >> $FOLDER/log
case "$*" in *install*) printf '#!/bin/sh' > $FOLDER/bin/redis-server; /bin/chmod +x $FOLDER/bin/redis-server;; esac`

describe.skipIf(process.platform === "win32")("a program of the system", () => {
  it.scopedLive("is found where it is, without asking apt-get", () =>
    Effect.gen(function* () {
      const { bin, options } = yield* system({ "redis-server": "", "apt-get": "exit 1" })
      expect(yield* Effect.promise(() => findRedis({ ...options, isRoot: true }))).toEqual({
        path: join(bin, "redis-server"),
        reason: undefined
      })
    })
  )

  it.scopedLive("is installed by root, once, though two ask at the same time", () =>
    Effect.gen(function* () {
      const { bin, log, options } = yield* system({ "apt-get": installs })
      const ask = Effect.promise(() => findRedis({ ...options, isRoot: true }))
      const found = { path: join(bin, "redis-server"), reason: undefined }
      expect(yield* Effect.all([ask, ask], { concurrency: "unbounded" })).toEqual([found, found])
      const calls = log().trim().split("\n")
      expect(calls).toHaveLength(2)
      expect(calls[0]).toMatch(/update$/)
      expect(calls[1]).toMatch(/install -y --no-install-recommends redis-server$/)
    })
  )

  const reasons: ReadonlyArray<readonly [string, Readonly<Record<string, string>>, boolean, RegExp]> = [
    ["nobody is root", { "apt-get": installs }, false, /only root can install it/],
    ["there is no apt-get", {}, true, /no apt-get/],
    ["apt-get fails", { "apt-get": "echo 'E: no network' >&2; exit 100" }, true, /update failed: E: no network/],
    ["the package is another one", { "apt-get": "exit 0" }, true, /does not bring it/]
  ]
  for (const [why, programs, isRoot, reason] of reasons) {
    it.scopedLive(`is not had, with a reason, where ${why}`, () =>
      Effect.gen(function* () {
        const { options } = yield* system(programs)
        expect(yield* Effect.promise(() => findRedis({ ...options, isRoot }))).toEqual({
          path: undefined,
          reason: expect.stringMatching(reason)
        })
      })
    )
  }
})
