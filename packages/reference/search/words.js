// The words of a text, as they are looked up: the same where the index is made and in the browser.

/** Chinese is written without spaces: each two neighbouring characters are a word, whatever a dictionary would say. */
const pairs = (run) => {
  const letters = Array.from(run)
  return letters.length === 1 ? letters : letters.slice(1).map((letter, index) => letters[index] + letter)
}

/** `ZhipuCall` is found by itself, and by "call". */
const parts = (name) => {
  const inside = name.split(/_|(?<=\p{Ll})(?=\p{Lu})/u).filter((part) => part.length > 2)
  return inside.length > 1 ? [name, ...inside] : [name]
}

export const words = (text) =>
  Array.from(text.matchAll(/(\p{Script=Han}+)|(?:(?!\p{Script=Han})[\p{L}\p{N}_])+/gu)).flatMap(([run, han]) =>
    han === undefined ? parts(run) : pairs(run)
  )

const isChinese = (word) => /\p{Script=Han}/u.test(word)

/** What the index is made with, and read with. */
export const indexOptions = {
  idField: "url",
  fields: ["title", "heading", "text", "asked"],
  storeFields: ["title", "heading", "language", "asked"],
  tokenize: words
}

/** The sections that a text is about, the best first, where `language` is that of the page on which it is looked for. */
export const find = (index, text, language) => {
  const own = isChinese(text) ? "zh-CN" : language
  const looked = ` ${words(text).join(" ").toLowerCase()},`
  const options = {
    boost: { title: 4, heading: 3, asked: 3 },
    // What is explained before what is listed, and what answers just this before both.
    boostDocument: (_url, _word, stored) =>
      (stored.language === "" ? 0.3 : 1) * (stored.asked?.includes(looked) ? 8 : 1),
    prefix: (word, at, all) => (isChinese(word) ? Array.from(word).length === 1 : at === all.length - 1),
    fuzzy: (word) => (isChinese(word) || word.length < 5 ? false : 0.2)
  }
  // Those with all words, then those with some; and a page in the reader's language before its twin.
  const all = index.search(text, { ...options, combineWith: "AND" })
  const found = new Set(all.map(({ id }) => id))
  const either = [...all, ...index.search(text, options).filter(({ id }) => !found.has(id))]
  const isOwn = (section) => section.language === "" || section.language === own
  return [...either.filter(isOwn), ...either.filter((section) => !isOwn(section))]
}
