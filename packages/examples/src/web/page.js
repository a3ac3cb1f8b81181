import { read } from "./reader.js"

const byId = (id) => document.getElementById(id)
const [log, empty, status, form, question, send, stop] = [
  "log",
  "empty",
  "status",
  "form",
  "question",
  "send",
  "stop"
].map(byId)
const scroller = document.querySelector("main")

/** What was asked and answered. A turn that failed is not sent again; one that was stopped is, as far as it came. */
const history = []
/** Aborts the answer that is being written. */
let running

const element = (tag, className, text = "") =>
  Object.assign(document.createElement(tag), { className, textContent: text })

/** Keeps the end in view, unless the reader has scrolled up. */
const following = (change) => {
  const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60
  change()
  if (atEnd) scroller.scrollTop = scroller.scrollHeight
}

const ask = (messages, signal) =>
  fetch("/chat", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ messages }),
    signal
  })

/** What the errors of the client say is for whoever runs the server; this is for whoever asks. */
const words = {
  StreamTruncatedError: "The answer broke off: this is not all of it. Ask again.",
  ConnectionError: "The connection to the model broke off. Ask again.",
  DeadlineExceededError: "The model took too long. Ask again.",
  OverloadedError: "The model is busy. Ask again in a moment.",
  RateLimitError: "There are too many questions at once. Ask again in a moment.",
  ContextLengthError: "The conversation has become too long. Begin a new one.",
  ContentFilteredError: "The service does not answer this."
}

const messageOf = (error) => {
  // What `fetch` throws says nothing to a reader.
  if (error instanceof TypeError) return "The connection to the server is lost."
  if (error._tag === undefined) return error.message
  const text = words[error._tag] ?? "The server cannot answer now."
  return `${text} (${[error._tag, error.code].filter(Boolean).join(" ")})`
}

/** One turn as it is written: what it thinks goes into a fold, what it says below. */
const makeTurn = () => {
  const item = element("li", "answered writing")
  const answer = element("p", "answer")
  const fold = element("details", "")
  const summary = element("summary", "", "Thinking…")
  const reasoning = element("div", "reasoning")
  const startedAt = performance.now()
  let thinking = false
  fold.append(summary, reasoning)
  item.append(answer)
  item.setAttribute("aria-busy", "true")
  log.append(item)

  const thought = (unfinished = false) => {
    if (!thinking) return
    thinking = false
    const seconds = Math.max(1, Math.round((performance.now() - startedAt) / 1000))
    summary.textContent = unfinished ? "Thinking broke off" : `Thought for ${seconds} s`
  }

  return {
    reason: (text) => {
      if (!fold.isConnected) {
        thinking = true
        item.prepend(fold)
      }
      reasoning.append(text)
    },
    say: (text) => {
      thought()
      answer.append(text)
    },
    note: (text) => item.append(element("p", "note", text)),
    fail: (text) => {
      const box = element("p", "error", text)
      box.setAttribute("role", "alert")
      item.append(box)
    },
    withdraw: () => {
      answer.textContent = ""
      fold.remove()
    },
    end: (whole) => {
      thought(!whole)
      item.classList.remove("writing")
      item.removeAttribute("aria-busy")
    },
    text: () => answer.textContent
  }
}

const show = (turn, event) => {
  if ("choice" in event && event.choice !== 0) return
  switch (event._tag) {
    case "ReasoningDelta":
      status.textContent = "Thinking"
      return turn.reason(event.text)
    case "ContentDelta":
      status.textContent = "Answering"
      return turn.say(event.text)
    case "Finished":
      if (event.reason === "sensitive") {
        turn.withdraw()
        turn.note("The service withdrew this answer.")
      }
      if (event.reason === "length") turn.note("The answer reached its greatest length.")
  }
}

const answer = async (text) => {
  const abort = new AbortController()
  const turn = makeTurn()
  let outcome = "Ready"
  running = abort
  const remember = () => {
    if (turn.text() === "") return
    history.push({ role: "user", content: text }, { role: "assistant", content: turn.text() })
  }
  try {
    const response = await ask([...history, { role: "user", content: text }], abort.signal)
    for await (const event of read(response)) following(() => show(turn, event))
    turn.end(true)
    remember()
  } catch (error) {
    turn.end(false)
    if (abort.signal.aborted) {
      outcome = "Stopped"
      remember()
      following(() => turn.note("Stopped."))
    } else {
      outcome = "Failed"
      following(() => turn.fail(messageOf(error)))
    }
  } finally {
    // A body that was left before its end is not read on.
    abort.abort()
    running = undefined
    status.textContent = outcome
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault()
  const text = question.value.trim()
  if (text === "" || running !== undefined) return
  question.value = ""
  empty.hidden = true
  log.append(element("li", "asked", text))
  send.hidden = true
  stop.hidden = false
  status.textContent = "Waiting"
  const done = answer(text)
  scroller.scrollTop = scroller.scrollHeight
  await done
  stop.hidden = true
  send.hidden = false
  question.focus()
})

stop.addEventListener("click", () => running?.abort())

question.addEventListener("keydown", (event) => {
  // Enter also ends the word of an input method.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return
  event.preventDefault()
  form.requestSubmit()
})
