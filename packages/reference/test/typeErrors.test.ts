/** What the compiler says of a mistake that many make tells what to write. */
import { fileURLToPath } from "node:url"
import ts from "typescript"
import { expect, it } from "vitest"

const file = fileURLToPath(new URL("mistake.ts", import.meta.url))

/** The errors of a program of one file, which need not be on the disk. */
const errorsOf = (text: string): ReadonlyArray<string> => {
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: ["node"]
  }
  const host = ts.createCompilerHost(options)
  const { fileExists, getSourceFile } = host
  host.fileExists = (name) => name === file || fileExists(name)
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022) : getSourceFile(name, ...rest)
  const program = ts.createProgram([file], options, host)
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(file))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))
}

const ask = (apiKey: string) => `import { Zhipu } from "@effect-zhipu/client"
import { Redacted } from "effect"
export const client = Zhipu.layer({ apiKey: ${apiKey} })
export const make = Redacted.make
`

it("a key that is a plain string is told to be Redacted", { timeout: 120_000 }, () => {
  expect(errorsOf(ask(`Redacted.make("id.secret")`))).toEqual([])
  const errors = errorsOf(ask(`"id.secret"`))
  expect(errors).toEqual([expect.stringMatching(/^Type 'string' is not assignable to type .*\bRedacted<string>/)])
})
