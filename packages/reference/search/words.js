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
  fields: ["title", "heading", "text"],
  storeFields: ["title", "heading", "language"],
  tokenize: words
}

/** The sections that a text is about, the best first, where `language` is that of the reader. */
export const find = (index, text, language) => {
  const options = {
    boost: { title: 4, heading: 3 },
    // What is explained before what is listed, and in the reader's language before the other.
    boostDocument: (_url, _word, stored) => (stored.language === "" ? 0.6 : stored.language === language ? 2 : 1),
    prefix: (word, at, all) => (isChinese(word) ? Array.from(word).length === 1 : at === all.length - 1),
    fuzzy: (word) => (isChinese(word) || word.length < 5 ? false : 0.2)
  }
  // Those with all words, then those with some.
  const all = index.search(text, { ...options, combineWith: "AND" })
  const found = new Set(all.map(({ id }) => id))
  return [...all, ...index.search(text, options).filter(({ id }) => !found.has(id))]
}
