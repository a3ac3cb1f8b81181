// The browser's side of the search, in place of TypeDoc's, whose index leaves out what is not written in Latin letters. The
// dialog is TypeDoc's, and so is what its keys do. Nothing is loaded before somebody looks for something.
// TypeDoc loads it with `async`, which may run it before the page is read.
;(async () => {
  if (document.readyState === "loading") {
    await new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }))
  }
  const { base } = document.documentElement.dataset
  const field = document.getElementById("tsd-search-input")
  const results = document.getElementById("tsd-search-results")
  const status = document.getElementById("tsd-search-status")
  const language = document.documentElement.lang

  const load = async () => {
    const [{ default: MiniSearch }, { find, indexOptions }, response] = await Promise.all([
      import("./minisearch.js"),
      import("./words.js"),
      fetch(new URL(`${base}assets/search.json`, location.href))
    ])
    const index = MiniSearch.loadJSON(await response.text(), indexOptions)
    return (text) => find(index, text, language)
  }

  let finding
  let last = 0

  const option = ({ id, heading, title }, at) => {
    const item = document.createElement("li")
    item.id = `tsd-search:${last}-${at}`
    item.role = "option"
    item.ariaSelected = "false"
    const link = document.createElement("a")
    link.tabIndex = -1
    link.href = base + id
    const text = document.createElement("span")
    text.className = "text"
    const page = document.createElement("span")
    page.className = "parent"
    page.textContent = heading === "" || heading === title ? "" : `${title} › `
    text.append(page, heading === "" ? title : heading)
    link.append(text)
    item.append(link)
    return item
  }

  const show = async () => {
    const turn = ++last
    const text = field.value.trim()
    finding ??= load()
    const found = text === "" ? [] : (await finding)(text)
    if (turn !== last) return
    results.replaceChildren(...found.slice(0, 12).map(option))
    status.textContent = text !== "" && found.length === 0 ? (language === "en" ? "Nothing found" : "没有找到") : ""
  }

  status.textContent = ""
  field.addEventListener("focus", () => (finding ??= load()))
  field.addEventListener("input", show)
})()
