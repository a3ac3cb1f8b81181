/** What `--fault help` prints: the faults of the simulator, by what they act on. */
import * as Fault from "@effect-zhipu/testing/Fault"
import { section, widthFor } from "../help.js"

const titles: Readonly<Record<Fault.Row["on"], string>> = {
  request: "On any request",
  error: "On an error that another fault brings",
  answer: "On what the model says, streamed or not",
  stream: "On streams",
  body: "On the bytes of any answer",
  operation: "On operations other than chat"
}

const kinds: ReadonlyArray<Fault.Row["on"]> = ["request", "error", "answer", "stream", "body", "operation"]

/** @internal */
export const faultsText = (columns: number | undefined, translate?: (text: string) => string): string => {
  const width = widthFor(columns)
  const listed = kinds.map((kind) =>
    section(
      titles[kind],
      Fault.table.flatMap(({ doc, on, syntax }) => (on === kind ? [[syntax, `${doc}.`] as const] : [])),
      width,
      translate
    )
  )
  const form = section(
    "Faults are written with commas between them, each as name[:argument][@place][~percent][*times]",
    [
      ["@512", "After that many bytes of the answer."],
      ["@chunk:3", "After that many chunks of a stream: a whole answer has none."],
      ["~30", "For 30 of 100 requests."],
      ["*3", "For the first three requests only."]
    ],
    width,
    translate
  )
  return [form, ...listed].join("\n\n")
}
