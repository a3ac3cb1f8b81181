/** Where other runtimes are looked for, and how they are installed. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { lookForRuntime } from "../../../scripts/runtimes.mjs"

/** A machine of one folder: `programs` are on its PATH, and its npm does what `npm` says, with `$FOLDER` and `$PREFIX`. */
const machine = async <A>(
  programs: Readonly<Record<string, string>>,
  npm: string,
  use: (folder: string, look: () => ReturnType<typeof lookForRuntime>) => Promise<A>
): Promise<A> => {
  const folder = mkdtempSync(join(tmpdir(), "machine-"))
  const write = (file: string, body: string) => {
    writeFileSync(file, `#!/bin/sh\n${body.replaceAll("$FOLDER", folder)}\n`)
    chmodSync(file, 0o755)
  }
  try {
    const bin = join(folder, "bin")
    mkdirSync(bin)
    for (const [name, body] of Object.entries(programs)) write(join(bin, name), body)
    write(join(folder, "npm"), `echo "$@" >> $FOLDER/log\nPREFIX="$4"\n${npm}`)
    const options = {
      path: bin,
      cache: join(folder, "cache"),
      npm: join(folder, "npm"),
      platform: "linux",
      arch: "x64"
    }
    return await use(folder, () => lookForRuntime("bun", options))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const installed = "node_modules/@oven/bun-linux-x64/bin"

const installs = `mkdir -p "$PREFIX/${installed}"
printf '#!/bin/sh\\necho 1.9.9' > "$PREFIX/${installed}/bun"; chmod +x "$PREFIX/${installed}/bun"`

// Where there is no sh, there is no pretended npm either.
describe.skipIf(process.platform === "win32")("a runtime", () => {
  it("is the one on the PATH where its version fits", () =>
    machine({ bun: "echo 1.2.3" }, "exit 1", async (folder, look) => {
      expect(await look()).toEqual({ path: join(folder, "bin/bun"), version: "1.2.3", reason: undefined })
      expect(existsSync(join(folder, "log"))).toBe(false)
    }))

  it("is installed otherwise, once, without scripts and for the cache alone, though two ask at the same time", () =>
    machine({ bun: "echo 0.9.0" }, installs, async (folder, look) => {
      const [one, other] = await Promise.all([look(), look()])
      expect(one).toEqual({ path: expect.stringContaining(installed), version: "1.9.9", reason: undefined })
      expect(other).toEqual(one)
      expect(await look()).toEqual(one)
      const calls = readFileSync(join(folder, "log"), "utf8").trim().split("\n")
      expect(calls).toEqual([
        expect.stringMatching(/^install @oven\/bun-linux-x64@\d+\.\d+\.\d+ --prefix \S+cache\S+ /)
      ])
      for (const flag of ["--ignore-scripts", "--no-save"]) expect(calls[0]?.split(" ")).toContain(flag)
    }))

  const problems: ReadonlyArray<readonly [string, string, RegExp]> = [
    [
      "npm fails",
      'echo "npm error code E404" >&2; echo "npm error 404 Not Found" >&2; exit 1',
      /npm cannot .*: 404 Not/
    ],
    [
      "the program does not start",
      `mkdir -p "$PREFIX/${installed}"; touch "$PREFIX/${installed}/bun"`,
      /does not start/
    ]
  ]
  it.each(problems)("is not had, with a reason, where %s", (_, npm, reason) =>
    machine({}, npm, async (folder, look) => {
      expect(await look()).toEqual({ path: undefined, version: undefined, reason: expect.stringMatching(reason) })
      expect(existsSync(join(folder, "cache/.lock"))).toBe(false)
    })
  )
})
