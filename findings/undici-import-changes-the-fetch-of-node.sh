#!/usr/bin/env bash
# One would guess: importing the package undici, for its Agent alone, leaves the `fetch` that Node brings as it was.
# What happens: the import sets a process-wide dispatcher where there is none yet, under a symbol that Node's own copy of
# undici reads too. From then on every `fetch` of the process goes through the package (here undici 7 below Node 20's 6), for
# libraries that know nothing of it.
# Versions: undici 7.30.2 on Node 20.20. Source: undici/lib/global.js.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund undici@7.30.2
cat > program.mjs <<'JS'
const symbol = Symbol.for("undici.globalDispatcher.1")
const before = globalThis[symbol]
const { Agent } = await import("undici")
const after = globalThis[symbol]
const seen = `before: ${before === undefined ? "none" : "one"}; after: ${after instanceof Agent ? "an Agent of the package" : "none of the package"}`
console.log(seen)
process.exitCode = seen === "before: none; after: an Agent of the package" ? 0 : 1
JS
node program.mjs
