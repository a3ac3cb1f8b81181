/** The process of one consumer: does the jobs that its parent sends, and measures itself around them. */
import { type Answer, digest, type Field } from "./answer.js"
import type { Client, Connect } from "./consumers/consumer.js"
import { entries } from "./consumers/registry.js"
import type { Job, JobResult, Reply } from "./job.js"
import { median } from "./statistics.js"
import { tasks } from "./tasks/registry.js"
import type { Task } from "./tasks/task.js"

interface Work {
  readonly cpuMicros: number
  readonly wallMillis: number
}

/** Without a collection before: it would make V8 forget some of what it has compiled, which no service ever does between calls. */
const measured = async (work: () => Promise<void>): Promise<Work> => {
  const startedAt = performance.now()
  const before = process.cpuUsage()
  await work()
  const { system, user } = process.cpuUsage(before)
  return { cpuMicros: user + system, wallMillis: performance.now() - startedAt }
}

/** So many calls, so many of them at once. */
const many = async (count: number, concurrency: number, call: () => Promise<Answer>) => {
  const answers: Array<Answer> = []
  let begun = 0
  const lane = async (): Promise<void> => {
    while (begun < count) {
      begun++
      answers.push(await call())
    }
  }
  const work = await measured(async () => {
    await Promise.all(Array.from({ length: Math.min(concurrency, count) }, lane))
  })
  return { ...work, answers, firstMillis: Number.NaN }
}

const consumerJobs = (fields: ReadonlyArray<Field>, load: () => Promise<{ readonly connect: Connect }>) => {
  const clients = new Map<string, Client>()

  const clientFor = async (baseUrl: string): Promise<Client> => {
    const known = clients.get(baseUrl)
    if (known !== undefined) return known
    const client = await (await load()).connect(baseUrl)
    clients.set(baseUrl, client)
    return client
  }

  const first = async (baseUrl: string, count: number) => {
    const client = await clientFor(baseUrl)
    const answers: Array<Answer> = []
    const times: Array<number> = []
    const work = await measured(async () => {
      for (let i = 0; i < count; i++) {
        const startedAt = performance.now()
        answers.push(await client.stream(() => times.push(performance.now() - startedAt)))
      }
    })
    return { ...work, answers, firstMillis: median(times) }
  }

  const cold = async (baseUrl: string) => {
    const startedAt = performance.now()
    const before = process.cpuUsage()
    let cpuMicros = 0
    let firstMillis = Number.NaN
    const client = await (await load()).connect(baseUrl)
    const answer = await client.stream(() => {
      firstMillis = performance.now() - startedAt
      const { system, user } = process.cpuUsage(before)
      cpuMicros = user + system
    })
    return { cpuMicros, wallMillis: performance.now() - startedAt, firstMillis, answers: [answer] }
  }

  const run = async (job: Job) => {
    switch (job.kind) {
      case "stream": {
        const client = await clientFor(job.baseUrl)
        return many(job.count, job.concurrency, () => client.stream())
      }
      case "complete": {
        const client = await clientFor(job.baseUrl)
        return many(job.count, job.concurrency, () => client.complete())
      }
      case "first":
        return first(job.baseUrl, job.count)
      case "cold":
        return cold(job.baseUrl)
      case "task":
      case "program":
        throw new Error(`a consumer does no ${job.kind}`)
    }
  }

  return async (job: Job): Promise<JobResult> => {
    const { answers, ...work } = await run(job)
    // Before the digests, which cost memory as well.
    const maxRssKiB = process.resourceUsage().maxRSS
    return { ...work, maxRssKiB, digests: [...new Set(answers.map((answer) => digest(answer, fields)))] }
  }
}

const taskJobs = (load: () => Promise<Task>) => {
  const prepared = new Map<number, () => Promise<string>>()
  return async (job: Job): Promise<JobResult> => {
    if (job.kind !== "task") throw new Error("a task has no server")
    const work = prepared.get(job.size) ?? (await (await load()).prepare(job.size))
    prepared.set(job.size, work)
    let outcome = ""
    const measurement = await measured(async () => {
      outcome = await work()
    })
    return {
      ...measurement,
      firstMillis: Number.NaN,
      maxRssKiB: process.resourceUsage().maxRSS,
      digests: [outcome]
    }
  }
}

const jobsOf = (kind: string, name: string): ((job: Job) => Promise<JobResult>) => {
  if (kind === "consumer") {
    const entry = entries.find((entry) => entry.name === name)
    if (entry !== undefined) return consumerJobs(entry.fields, entry.load)
  } else {
    const entry = tasks.find((task) => task.name === name)
    if (entry !== undefined) return taskJobs(entry.load)
  }
  throw new Error(`there is no ${kind} ${name}`)
}

const reasonOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

const [kind = "", name = ""] = process.argv.slice(2)
const runJob = jobsOf(kind, name)

process.on("message", (job: Job) => {
  void runJob(job)
    .then(
      (result): Reply => ({ result }),
      (error: unknown): Reply => ({ error: reasonOf(error) })
    )
    .then((reply) => process.send?.(reply))
})

process.on("disconnect", () => process.exit())
