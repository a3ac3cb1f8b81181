/** Shows the figures that come over `events`: numbers, plots and lists. Texts of the service go in as text alone. */
import uPlot from "./uplot.js"

const kept = 300

const title = document.title

const element = (id) => document.getElementById(id)

const say = (id, text) => {
  element(id).textContent = text
}

const number = (value, digits = 0) =>
  value === null ? "–" : value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })

/** Three figures, whatever the size. */
const figure = (value) => {
  if (value === null) return "–"
  return value > 0 && value < 0.01 ? "<0.01" : number(value, value >= 100 ? 0 : value >= 10 ? 1 : 2)
}

/** An amount of money: of small ones the first two figures that say something. */
const amount = (value) =>
  value === 0 || value >= 1 ? number(value, 2) : value.toLocaleString("en", { maximumSignificantDigits: 2 })

const amounts = (cost) => Object.entries(cost).map(([currency, value]) => `${amount(value)} ${currency}`)

const compact = (value) =>
  value.toLocaleString("en", value >= 10_000 ? { notation: "compact", maximumFractionDigits: 1 } : {})

/** Milliseconds as people say them: a number and its unit. */
const time = (millis) => {
  if (millis === null) return ["–", ""]
  return millis < 1000 ? [number(millis), "ms"] : [figure(millis / 1000), "s"]
}

const timeText = (millis) => time(millis).join(" ").trim()

const clock = (millis) => new Date(millis).toLocaleTimeString("en-GB")

const clockOfDay = (millis) => clock(millis).slice(0, 5)

const span = (seconds) => {
  if (seconds < 120) return `${Math.round(seconds)} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${number(seconds / 3600, 1)} h`
}

/* Numbers */

const showFigures = ({ callsPerSecond, errorRate, seconds, successRate, tokensPerSecond, window: period }) => {
  say("calls", figure(callsPerSecond))
  say("ended", number(period.succeeded + period.failed + period.interrupted))
  // 99.96 is not 100.
  say("success", successRate === null ? "–" : number(Math.floor(successRate * 10_000) / 100, successRate === 1 ? 0 : 2))
  element("success").closest(".tile").dataset.bad = errorRate !== null && errorRate > 0.05 ? "yes" : "no"
  say("failed", number(period.failed))
  say("left", number(period.interrupted))
  for (const [id, values] of [
    ["latency", period.latency],
    ["first", period.firstChunk]
  ]) {
    const [value, unit] = time(values.p50)
    say(`${id}-p50`, value)
    say(`${id}-p50-unit`, unit === "" ? "median" : `${unit} median`)
    say(`${id}-p95`, timeText(values.p95))
    say(`${id}-p99`, timeText(values.p99))
  }
  say("tokens-out", figure(tokensPerSecond.output))
  say("tokens-in", figure(tokensPerSecond.input))
  const { cached, input } = period.tokens
  say("cached", input === 0 ? "–" : `${number((cached / input) * 100)} %`)
  const [first, ...others] = Object.entries(period.cost)
  say("cost", first === undefined ? "–" : amount(first[1]))
  say("cost-unit", first?.[0] ?? "")
  say("cost-hour", first === undefined ? "–" : amount((first[1] / seconds) * 3600))
  say("cost-more", others.length === 0 ? "" : `and ${amounts(Object.fromEntries(others)).join(", ")}`)
}

/* Lists */

const row = (...cells) => {
  const tr = document.createElement("tr")
  for (const text of cells) tr.append(Object.assign(document.createElement("td"), { textContent: text }))
  return tr
}

/** The dearest first; by currency, as nobody says here what one is worth in another. */
const showShares = (id, shares) => {
  const dearness = ([, { cost }]) => Math.max(0, ...Object.values(cost))
  const rows = Object.entries(shares)
    .sort((a, b) => dearness(b) - dearness(a) || b[1].calls - a[1].calls)
    .map(([name, { calls, cost, failed, tokens }]) =>
      row(name, number(calls), number(failed), compact(tokens.input + tokens.output), amounts(cost).join(" + ") || "–")
    )
  const none = row("None in this time", "", "", "", "")
  none.className = "none"
  element(id).replaceChildren(...(rows.length === 0 ? [none] : rows))
}

const showErrors = ({ attemptErrors, errors }) => {
  const kinds = [...new Set([...Object.keys(errors), ...Object.keys(attemptErrors)])]
  kinds.sort((a, b) => (errors[b] ?? 0) - (errors[a] ?? 0) || (attemptErrors[b] ?? 0) - (attemptErrors[a] ?? 0))
  const none = row("None in this time", "", "")
  none.className = "none"
  element("errors").replaceChildren(
    ...(kinds.length === 0
      ? [none]
      : kinds.map((kind) => row(kind, number(errors[kind] ?? 0), number(attemptErrors[kind] ?? 0))))
  )
}

const showAlerts = ({ active, recent }) => {
  element("active").replaceChildren(
    ...active.map(({ description, since }) => {
      const p = Object.assign(document.createElement("p"), { textContent: description })
      p.append(Object.assign(document.createElement("span"), { textContent: `since ${clock(since)}` }))
      return p
    })
  )
  element("recent").replaceChildren(
    ...(recent.length === 0
      ? [Object.assign(document.createElement("li"), { className: "none", textContent: "None since the start" })]
      : recent.map((change) => {
          const li = document.createElement("li")
          li.dataset.what = change._tag
          li.append(
            Object.assign(document.createElement("span"), { className: "what", textContent: change._tag }),
            Object.assign(document.createElement("span"), { textContent: change.name, title: change.description }),
            Object.assign(document.createElement("time"), { textContent: clock(change.time) })
          )
          return li
        }))
  )
}

/* Jobs */

/** So many are shown: those at work, then the newest. */
const shownJobs = 12

const atWork = new Set(["running", "sleeping", "paused"])

const said = (className, text) => Object.assign(document.createElement("span"), { className, textContent: text })

const stateOf = ({ leftMillis, reason, resetAt, state }) => {
  if (resetAt !== undefined) return `${state} until ${clock(resetAt)}`
  if (leftMillis !== undefined && atWork.has(state)) return `${state}, ${span(leftMillis / 1000)} left`
  return reason === undefined || reason.toLowerCase() === state ? state : `${state}: ${reason}`
}

const factsOf = (job) => {
  const { completionTokens, cost, currency, done, failed, inFlight, perMinute, promptTokens, total } = job
  return [
    ["done", total === undefined ? number(done) : `${number(done)} of ${number(total)}`],
    ["failed", number(failed)],
    ["in flight", number(inFlight)],
    ["a minute", perMinute > 0 ? figure(perMinute) : "–"],
    ["tokens", compact(promptTokens + completionTokens)],
    ["cost", currency === undefined ? "–" : `${amount(cost)} ${currency}`]
  ]
}

const jobCard = (job) => {
  const card = Object.assign(document.createElement("article"), { className: "job" })
  card.dataset.state = job.state
  const head = document.createElement("h2")
  head.append(said("name", job.job), said("state", stateOf(job)))
  const bar = document.createElement("progress")
  bar.setAttribute("aria-label", `How much of ${job.job} has ended`)
  if (job.total !== undefined) {
    bar.max = Math.max(1, job.total)
    bar.value = job.done + job.failed
  } else if (!atWork.has(job.state)) bar.value = 0
  const facts = document.createElement("dl")
  for (const [name, text] of factsOf(job)) {
    const pair = document.createElement("div")
    pair.dataset.fact = name
    pair.append(
      Object.assign(document.createElement("dt"), { textContent: name }),
      Object.assign(document.createElement("dd"), { textContent: text })
    )
    facts.append(pair)
  }
  card.append(head, bar, facts)
  return card
}

const showJobs = (jobs) => {
  const first = jobs.filter(({ state }) => atWork.has(state))
  const shown = [...first, ...jobs.filter(({ state }) => !atWork.has(state))].slice(0, shownJobs)
  const section = element("jobs")
  section.hidden = jobs.length === 0
  section.replaceChildren(...shown.map(jobCard))
  if (jobs.length > shown.length) section.append(said("more", `and ${number(jobs.length - shown.length)} older ones`))
}

/** Jobs that cannot be read for a while stand as they were; the server tells its own log why. */
const readJobs = async () => {
  if (document.hidden) return
  const response = await fetch("jobs").catch(() => undefined)
  if (response?.ok === true) showJobs(await response.json())
}

const showTotals = ({ attempts, cost, failed, failedAttempts, interrupted, succeeded, tokens }) => {
  element("totals").replaceChildren(
    row("Calls", number(succeeded + failed + interrupted)),
    row("Failed", number(failed)),
    row("Attempts", number(attempts)),
    row("Failed attempts", number(failedAttempts)),
    row("Input tokens", compact(tokens.input)),
    row("From the cache", compact(tokens.cached)),
    row("Output tokens", compact(tokens.output)),
    row("Thinking", compact(tokens.reasoning)),
    ...Object.entries(cost).map(([currency, value]) => row(`Cost, ${currency}`, amount(value)))
  )
}

/* Plots */

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()

const perSecond = (value) => (value === null || value === undefined ? "–" : figure(value))

const millis = (value) => (value === null || value === undefined ? "–" : timeText(value))

const plots = [
  {
    id: "plot-calls",
    show: perSecond,
    lines: [
      ["ended", "calls", ({ callsPerSecond }) => callsPerSecond],
      ["failed", "bad", ({ seconds, window: period }) => period.failed / seconds]
    ]
  },
  {
    id: "plot-latency",
    show: millis,
    lines: [
      ["p50", "latency", ({ window: { latency } }) => latency.p50],
      ["p95", "calls", ({ window: { latency } }) => latency.p95],
      ["p99", "bad", ({ window: { latency } }) => latency.p99]
    ]
  },
  {
    id: "plot-first",
    show: millis,
    lines: [
      ["p50", "first", ({ window: { firstChunk } }) => firstChunk.p50],
      ["p95", "calls", ({ window: { firstChunk } }) => firstChunk.p95],
      ["p99", "bad", ({ window: { firstChunk } }) => firstChunk.p99]
    ]
  },
  {
    id: "plot-tokens",
    show: perSecond,
    lines: [
      ["output", "tokens", ({ tokensPerSecond }) => tokensPerSecond.output],
      ["input", "calls", ({ tokensPerSecond }) => tokensPerSecond.input]
    ]
  }
]

let past = []
let drawn = []

/** A longer time that was chosen, and its figures once they came; without one the page is about the window of the monitor. */
let last = ""
let ranged

const plotted = () => (last === "" ? past : (ranged?.parts ?? []))

const dataOf = ({ lines }) => {
  const figures = plotted()
  return [figures.map(({ time }) => time / 1000), ...lines.map(([, , value]) => figures.map((one) => value(one)))]
}

const tick = (millis) => (last === "1h" || last === "24h" ? clockOfDay(millis) : clock(millis))

const lengths = { "5m": 300, "1h": 3600, "24h": 86_400 }

/** All of a longer time, though the monitor may be younger; else from the first figures to the last. */
const rangeOfTime = (_, min, max) => {
  if (last !== "" && ranged !== undefined) {
    const end = ranged.figures.time / 1000
    return [end - lengths[last], end]
  }
  return min !== null && min === max ? [min - 1, max] : [min, max]
}

const width = (box) => Math.max(240, Math.floor(box.clientWidth))

const draw = () => {
  for (const { plot } of drawn) plot.destroy()
  const axis = {
    stroke: color("quiet"),
    font: "13px system-ui, sans-serif",
    grid: { stroke: color("grid"), width: 1 },
    ticks: { show: false }
  }
  drawn = plots.map((spec) => {
    const box = element(spec.id)
    const plot = new uPlot(
      {
        width: width(box),
        height: 190,
        // The time at the end of the axis is written around it.
        padding: [null, 32, null, null],
        cursor: { points: { size: 7 }, drag: { x: false, y: false }, sync: { key: "figures" } },
        legend: { live: true },
        scales: {
          x: { range: rangeOfTime },
          y: { range: (_, min, max) => [0, max === null || max <= 0 ? 1 : max * 1.15] }
        },
        axes: [
          { ...axis, values: (_, splits) => splits.map((split) => tick(split * 1000)), space: 90 },
          { ...axis, size: 64, values: (_, splits) => splits.map((split) => (split === 0 ? "0" : spec.show(split))) }
        ],
        series: [
          { value: (_, value) => (value === null ? "–" : clock(value * 1000)), label: "at" },
          ...spec.lines.map(([label, tone]) => ({
            label,
            stroke: color(tone),
            width: 2,
            // One part of a longer time may stand between others that have nothing to tell.
            points: { show: () => last !== "", size: 4 },
            value: (_, value) => spec.show(value)
          }))
        ]
      },
      dataOf(spec),
      box
    )
    return { spec, plot, box }
  })
  redraw()
}

/** Where nobody points at, the legend tells the latest. */
const redraw = () => {
  for (const { plot, spec } of drawn) {
    plot.setData(dataOf(spec))
    const { length } = plotted()
    if (length > 0 && !(plot.cursor.left >= 0)) plot.setLegend({ idx: length - 1 })
  }
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw)

new ResizeObserver(() => {
  for (const { box, plot } of drawn) plot.setSize({ width: width(box), height: 190 })
}).observe(element("plots"))

/* The feed */

let lastAt
let latest

/** Figures of the time that was chosen. Until they came, those before stand. */
const showChosen = () => {
  const figures = last === "" ? latest : ranged?.figures
  if (figures === undefined) return
  const status = element("status")
  if (status.dataset.state === "live") {
    const what = last === "" ? "Live, over" : "Over"
    status.textContent = `${what} the last ${span(figures.seconds)}, at ${clock(figures.time)}`
  }
  showFigures(figures)
  showErrors(figures.window)
  showShares("models", figures.window.models)
  showShares("keys", figures.window.keys)
}

const readRange = async () => {
  const asked = last
  if (asked === "") return
  const response = await fetch(`range?last=${asked}`).catch(() => undefined)
  if (response?.ok !== true) return
  const range = await response.json()
  // Another one may have been chosen meanwhile.
  if (range.last !== last) return
  ranged = range
  showChosen()
  redraw()
}

setInterval(readRange, 5000)

setInterval(readJobs, 2000)

const buttons = Array.from(document.querySelectorAll("#last button"))

const choose = (value) => {
  last = buttons.some((button) => button.value === value) ? value : ""
  ranged = undefined
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === last))
  history.replaceState(null, "", `${location.pathname}${location.search}${last === "" ? "" : `#${last}`}`)
  showChosen()
  redraw()
  void readRange()
}

for (const button of buttons) button.addEventListener("click", () => choose(button.value))

const showState = () => {
  const status = element("status")
  const late = lastAt === undefined ? 0 : Math.round((Date.now() - lastAt) / 1000)
  if (lastAt === undefined || late < 5) return
  status.dataset.state = "stale"
  status.textContent = `No figures for ${late} s`
}

setInterval(showState, 1000)

const show = (snapshot) => {
  lastAt = Date.now()
  const status = element("status")
  status.dataset.state = "live"
  latest = snapshot
  say("in-flight", number(snapshot.inFlight))
  showChosen()
  showAlerts(snapshot.alerts)
  showTotals(snapshot.total)
  document.title = `${snapshot.alerts.active.length === 0 ? "" : "⚠ "}${title}`
}

draw()
choose(location.hash.slice(1))
void readJobs()

const feed = new EventSource("events")

feed.addEventListener("history", ({ data }) => {
  past = JSON.parse(data).slice(-kept)
  redraw()
})

feed.addEventListener("snapshot", ({ data }) => {
  const snapshot = JSON.parse(data)
  past = [...past, snapshot].slice(-kept)
  show(snapshot)
  redraw()
})
