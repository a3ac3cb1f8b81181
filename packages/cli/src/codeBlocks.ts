/** The fenced blocks of code in an answer. Pure. */

const fence = /^ {0,3}(`{3,}|~{3,})([^\n`]*)$/

/** What stands in each, with a line break at its end; the last may not be closed. @internal */
export const codeBlocks = (text: string): ReadonlyArray<string> => {
  const blocks: Array<string> = []
  let open: string | undefined
  let lines: Array<string> = []
  for (const line of text.split(/\r?\n/)) {
    const mark = fence.exec(line)
    if (open === undefined) {
      if (mark !== null) open = mark[1]
      continue
    }
    if (mark !== null && mark[1]?.startsWith(open) === true && mark[2]?.trim() === "") {
      blocks.push(ended(lines))
      open = undefined
      lines = []
    } else lines.push(line)
  }
  return open === undefined ? blocks : [...blocks, ended(lines)]
}

const ended = (lines: ReadonlyArray<string>): string => (lines.length === 0 ? "" : `${lines.join("\n")}\n`)
