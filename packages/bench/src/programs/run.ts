/** Runs a program as a user would start it, and looks at what it writes. */
import { spawn } from "node:child_process"
import { type Answer, allFields, digest, sha256 } from "../answer.js"
import { apiKey } from "../consumers/consumer.js"
import type { Job, JobResult, Target } from "../job.js"

type Program = Extract<Target, { readonly kind: "program" }>

const limit = 60_000

/** What a bundle tells of itself. */
export interface Report {
  readonly cpuMicros: number
  readonly firstMillis: number
  readonly answer: Answer
}

interface Run {
  readonly stdout: string
  /** From before the start to the first that it wrote, to whichever output. */
  readonly firstMillis: number
  readonly wallMillis: number
}

/** Nothing of the user's is read or written: neither settings and conversations nor the environment. */
const environmentOf = (home: string, baseUrl: string): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  SystemRoot: process.env.SystemRoot,
  TMPDIR: process.env.TMPDIR,
  TEMP: process.env.TEMP,
  HOME: home,
  USERPROFILE: home,
  APPDATA: home,
  LOCALAPPDATA: home,
  ZHIPU_API_KEY: apiKey,
  ZHIPU_BASE_URL: baseUrl
})

const start = ({ args, home, name }: Program, baseUrl: string): Promise<Run> =>
  new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const child = spawn(process.execPath, args, {
      cwd: home,
      env: environmentOf(home, baseUrl),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: limit,
      windowsHide: true
    })
    let stdout = ""
    let stderr = ""
    let firstMillis: number | undefined
    const first = (): void => {
      firstMillis ??= performance.now() - startedAt
    }
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      first()
      stdout += text
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      first()
      stderr += text
    })
    child.on("error", reject)
    child.on("close", (code) => {
      if (code !== 0) return reject(new Error(`${name} ended with ${code ?? "no code"}:\n${stderr.slice(-2000)}`))
      resolve({ stdout, firstMillis: firstMillis ?? Number.NaN, wallMillis: performance.now() - startedAt })
    })
  })

/** Of a command: the text of the answer, whose ends it may have trimmed. */
export const digestOfText = (text: string): string => sha256(text.trim())

export const runProgram = async (program: Program, job: Job): Promise<JobResult> => {
  if (job.kind !== "program") throw new Error(`a program does no ${job.kind}`)
  const { firstMillis, stdout, wallMillis } = await start(program, job.baseUrl)
  if (program.reports === "text") {
    return { cpuMicros: Number.NaN, wallMillis, firstMillis, maxRssKiB: Number.NaN, digests: [digestOfText(stdout)] }
  }
  const report: Report = JSON.parse(stdout)
  return {
    cpuMicros: report.cpuMicros,
    wallMillis,
    firstMillis: report.firstMillis,
    maxRssKiB: Number.NaN,
    digests: [digest(report.answer, allFields)]
  }
}
