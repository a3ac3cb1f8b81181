#!/usr/bin/env bash
# One would guess: a site of TypeDoc that is told to search in comments and documents finds the words that stand there, those of
# Chinese pages as well: the build says nothing else.
# What happens: lunr, which makes the index, takes every character that is not of a Latin word off the ends of a word, and so all of a
# Chinese one. What is written in Chinese is in no index and is never found, without a warning; Latin words of the same sentence are.
# Versions: typedoc 0.28.20 (with lunr 2.3.9), typescript 5.9.3. Source: https://typedoc.org/documents/Options.Output.html
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"name":"site","type":"module"}' > package.json
npm install --silent --no-audit --no-fund typedoc@0.28.20 typescript@5.9.3 lunr@2.3.9
echo '{"compilerOptions":{"strict":true,"module":"nodenext"},"files":["cost.ts"]}' > tsconfig.json
printf '/** 计算费用 of tokens. */\nexport const cost = 1\n' > cost.ts
printf '# 常用做法\n\n重试与时限 or retries\n' > guide.md
node_modules/.bin/typedoc cost.ts --projectDocuments guide.md --searchInComments true --searchInDocuments true --readme none --logLevel Warn
cat > program.mjs <<'JS'
import { readFileSync } from "node:fs"
import { inflateSync } from "node:zlib"
import lunr from "lunr"

const [, data] = /"(.*)"/s.exec(readFileSync("docs/assets/search.js", "utf8"))
const index = lunr.Index.load(JSON.parse(inflateSync(Buffer.from(data, "base64")).toString()).index)
const seen = ["tokens", "retries", "计算费用", "重试与时限", "重试"].map((word) => `${word}: ${index.search(word).length}`)
console.log(seen.join("\n"))
process.exitCode = seen.join() === ["tokens: 1", "retries: 1", "计算费用: 0", "重试与时限: 0", "重试: 0"].join() ? 0 : 1
JS
node program.mjs
