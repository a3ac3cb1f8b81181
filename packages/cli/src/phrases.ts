/** Says in Chinese what is written in English, by the English text. What has no translation stays as it is. Pure. */

/** English and Chinese. A name in braces stands for any text, or for one of a list of that name. @internal */
export type Phrase = readonly [english: string, chinese: string]

/** @internal */
export interface Book {
  readonly phrases: ReadonlyArray<Phrase>
  /** What a name in braces may stand for, where that is translated too. */
  readonly lists?: Readonly<Record<string, ReadonlyArray<Phrase>>>
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")

const longestFirst = (phrases: ReadonlyArray<Phrase>): ReadonlyArray<string> =>
  phrases.map(([english]) => escaped(english)).sort((a, b) => b.length - a.length)

/** What stands for a name, in the order of the names. */
const matcher = (english: string, lists: NonNullable<Book["lists"]>): RegExp =>
  new RegExp(
    `^${english
      .split(/\{(\w+)\}/)
      .map((part, index) => {
        if (index % 2 === 0) return escaped(part)
        const list = lists[part]
        return list === undefined ? `(?<${part}>[^]+?)` : `(?<${part}>${longestFirst(list).join("|")})`
      })
      .join("")}$`
  )

/** Those with names; what says more goes before what would take its words for a name. */
const mostSaidFirst = (phrases: ReadonlyArray<Phrase>): ReadonlyArray<Phrase> => {
  const said = ([english]: Phrase) => english.replace(/\{\w+\}/g, "").length
  return phrases.filter(([english]) => english.includes("{")).sort((a, b) => said(b) - said(a))
}

/**
 * Gives a text in Chinese: as a whole, else sentence by sentence, so that one which is not known stands between those that are. What it
 * looks for is made of the book when there is a first text.
 *
 * @internal
 */
export const translator = ({ lists = {}, phrases }: Book): ((text: string) => string) => {
  let patterns: ReadonlyArray<readonly [pattern: RegExp, chinese: string]> | undefined

  const whole = (text: string): string | undefined => {
    const exact = phrases.find(([english]) => english === text)
    if (exact !== undefined) return exact[1]
    patterns ??= mostSaidFirst(phrases).map(([english, chinese]) => [matcher(english, lists), chinese])
    for (const [pattern, chinese] of patterns) {
      const found = pattern.exec(text)?.groups
      if (found === undefined) continue
      return chinese.replace(/\{(\w+)\}( ?)/g, (_, name: string, gap: string) => {
        const value = found[name] ?? ""
        const known = lists[name]?.find(([english]) => english === value)?.[1]
        // What others said in Chinese was given an English full stop.
        const said = known ?? value.replace(/(?<=\p{Script=Han})\.$/u, "。")
        return /[。！？]$/.test(said) ? said : said + gap
      })
    }
    return undefined
  }

  return (text) => {
    const found = whole(text)
    if (found !== undefined) return found
    let translated = ""
    for (const sentence of text.split(/(?<=[.!?]) (?=[A-Z`])/)) {
      const gap = translated === "" || /[。！？；：]$/.test(translated) ? "" : " "
      translated += gap + (whole(sentence) ?? sentence)
    }
    return translated
  }
}

/** Both, in this order. @internal */
export const and = (one: Book, other: Book): Book => ({
  phrases: [...one.phrases, ...other.phrases],
  lists: { ...one.lists, ...other.lists }
})
