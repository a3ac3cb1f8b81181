import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { compiled } from "../../../../scripts/built.mjs"
import { bundleCommandInto } from "../../../../scripts/bundle-command.mjs"
import { folderOf } from "../consumers/elsewhere.js"
import { answerOf } from "../frames.js"
import { digestOfText } from "../programs/run.js"
import type { Entrant } from "../race.js"
import { baseUrl, firstEvent, type Scenario, shape } from "./scenario.js"

export const command: Scenario = {
  name: "command",
  title: "The command",
  elsewhere: "earlier",
  explain: () =>
    "`zhipu` with a question: from before the start of its process to the first that it shows. `earlier-command` is that of commit `05ba594`, which was not one file. Each has run before: one that has Node keep what it compiles starts from that.",
  race: async (context) => {
    const own = shape("burst", "mixed", 5)
    const entrant = (name: string, file: string): Entrant => {
      const home = join(context.scratch, `${name}-home`)
      mkdirSync(home, { recursive: true })
      const job = { kind: "program" as const, baseUrl: baseUrl(context, own) }
      return {
        name,
        target: { kind: "program", name, args: [file, "Why is the sky blue?"], reports: "text", home },
        warmUp: [job],
        legs: [{ label: "", job, amount: 1, expected: digestOfText(answerOf(own).content) }]
      }
    }
    await compiled("cli")
    const folder = join(context.scratch, "command")
    await bundleCommandInto(folder)
    // As its package has it: without that Node reads and parses the file twice, to see what it is.
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }))
    return {
      rounds: context.rounds,
      fresh: false,
      metrics: [firstEvent],
      entrants: [
        ...(context.isReady("earlier")
          ? [entrant("earlier-command", join(folderOf("earlier"), "packages/cli/dist/bin.js"))]
          : []),
        entrant("command", join(folder, "zhipu.js"))
      ]
    }
  }
}
