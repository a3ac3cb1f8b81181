import type MiniSearch from "minisearch"
import type { Options } from "minisearch"

/** What the index is made with, and read with. */
export const indexOptions: Options

/** The sections that a text is about, the best first; `language` is that of the reader: `en` or `zh-CN`. */
export const find: (
  index: MiniSearch,
  text: string,
  language: string
) => ReadonlyArray<{ readonly id: string; readonly title: string; readonly heading: string; readonly language: string }>
