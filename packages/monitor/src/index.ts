/**
 * Rules that say when something is wrong, and when it is right again.
 *
 * A rule is raised above one bound and cleared below a lower one, so that a figure that hovers around a bound does not
 * raise it again and again. `Monitor` looks at its rules once a second.
 *
 * @since 0.1.0
 */
export * as Alert from "./Alert.js"

/**
 * That a rule of `Alert` was raised or cleared, and which rules are raised, as documents that can be sent.
 *
 * @since 0.1.0
 */
export * as AlertChange from "./AlertChange.js"

/**
 * Shows a monitor: a page with live figures and plots, Prometheus text, and the figures as JSON.
 *
 * | path | what |
 * | --- | --- |
 * | `/` | the page |
 * | `/events` | server-sent events: one `history`, then a `snapshot` at each interval |
 * | `/snapshot` | the figures now, as JSON of `Snapshot.Snapshot` |
 * | `/history` | the figures of the time past, as JSON |
 * | `/range?last=1h` | the figures of the last `5m`, `1h` or `24h`, and of its parts, as JSON of `Snapshot.Range` |
 * | `/jobs` | the jobs, as JSON of a list of `Job.Job` |
 * | `/metrics` | Prometheus text |
 *
 * The page loads nothing from elsewhere. Nothing here asks who looks: the figures hold neither keys nor prompts, but put
 * your own authentication before them where the world can reach them.
 *
 * @since 0.1.0
 */
export * as Dashboard from "./Dashboard.js"

/**
 * A job of many prompts, as the page shows it: what `Bulk.list` of `@effect-zhipu/bulk` gives.
 *
 * @since 0.1.0
 */
export * as Job from "./Job.js"

/**
 * Watches the calls of clients: rates, errors by kind, latencies, tokens and alerts, over a window that slides.
 *
 * Put its layer under the clients that it shall watch, and under what reads it; the same value in both places is the same
 * monitor. It costs a few numbers a call and nothing an event, and its memory does not grow with the calls.
 *
 * @since 0.1.0
 */
export * as Monitor from "./Monitor.js"

/**
 * The figures of a monitor as text for Prometheus, in its exposition format 0.0.4.
 *
 * Counters and the sums of summaries are of all time since the start, as Prometheus makes its own rates from them; the
 * quantiles are of the window of the monitor. What is told by model and by key stands in metrics of its own, so that the
 * sums of the others stay sums.
 *
 * @since 0.1.0
 */
export * as Prometheus from "./Prometheus.js"

/**
 * The monitor of another process, read over HTTP from where it has mounted `Dashboard.routes`.
 *
 * @since 0.1.0
 */
export * as RemoteMonitor from "./RemoteMonitor.js"

/**
 * The figures of a monitor at one time, as a document that can be sent.
 *
 * Rates are by the second, over the window; a rate of nothing is `null`, never zero. A call counts
 * when it ends. One that its caller left counts as `interrupted`, neither for nor against the service.
 *
 * @since 0.1.0
 */
export * as Snapshot from "./Snapshot.js"
