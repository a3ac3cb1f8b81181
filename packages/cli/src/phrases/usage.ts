/** What is wrong with a command line, a file that it names or a port, in Chinese. Pure data. */
import type { Book, Phrase } from "../phrases.js"

const need: ReadonlyArray<Phrase> = [
  ["prompt", "提示词"],
  ["text", "文本"],
  ["query", "查询"],
  ["address", "地址"]
]

const operand: ReadonlyArray<Phrase> = [
  ["a file of prompts", "提示词文件"],
  ["the name of a job", "任务名"],
  ["a file of calls", "调用文件"],
  ["the id of a batch", "批处理的 ID"]
]

const obstacle: ReadonlyArray<Phrase> = [
  ["the port is taken", "端口已被占用"],
  ["permission is denied", "没有权限"],
  ["the disk is full", "磁盘已满"],
  ["this machine has no such address", "本机没有这个地址"],
  ["it failed", "操作失败"]
]

/** What is wrong with a line of a file of prompts. */
const lines: ReadonlyArray<Phrase> = [
  ["it is neither a text nor an object.", "既不是文本，也不是对象。"],
  ["its request has no text as its input.", "请求的 input 不是文本。"],
  ["its request has no messages. --embed is for texts to embed.", "请求没有 messages。--embed 用于为文本生成向量。"],
  ["its request has no messages.", "请求没有 messages。"],
  ["there is no column {column}.", "没有 {column} 这一列。"],
  ["--prompt names {{variable}}, which it does not have.", "这一行没有 --prompt 里的 {{variable}}。"],
  [
    'it has none of {names}: say with --prompt "…{{variable}}…" what to ask.',
    '没有 {names} 中的任何一个：请用 --prompt "…{{variable}}…" 说明问什么。'
  ]
]

/** @internal */
export const usage: Book = {
  lists: { need, operand, obstacle },
  phrases: [
    ["zhipu completions takes one of bash, zsh, fish.", "zhipu completions 后接 bash、zsh 或 fish。"],
    ["There is no {need}. Give one as an argument, or pipe it in.", "没有{need}。请写在命令行上，或用管道传入。"],
    ["zhipu bulk {action} takes {operand}.", "zhipu bulk {action} 后接{operand}。"],
    ["zhipu batch {action} takes {operand}.", "zhipu batch {action} 后接{operand}。"],
    ["zhipu bulk worker takes no name: it works on all jobs.", "zhipu bulk worker 不接任务名：它参与所有任务。"],
    [
      'zhipu replay takes one file, which zhipu record has written. For a prompt, write: zhipu -- "replay …"',
      'zhipu replay 后接一个由 zhipu record 写出的文件。如果要提问：zhipu -- "replay …"'
    ],
    [
      "{path} is no file: a job reads its prompts again when it goes on, so write them to one.",
      "{path} 不是普通文件：任务继续运行时要重新读取提示词，请先写入文件。"
    ],
    ["{option} takes a whole number from 1", "{option} 应为不小于 1 的整数"],
    ["--count is 1 to 100.", "--count 为 1 到 100。"],
    [
      "--no-wait prints the id alone: leave out --output, --cover and --url, or have zhipu task wait fetch it.",
      "--no-wait 只打印 ID：请去掉 --output、--cover 和 --url，或用 zhipu task wait 取回。"
    ],
    [
      "Several images need --output FILE, which numbers them, or --url.",
      "多张图片需要 --output FILE（会自动编号），或 --url。"
    ],
    ["--image {source} is no png, jpeg or webp, and no URL.", "--image {source} 不是 png、jpeg 或 webp，也不是 URL。"],
    ["--image {source} cannot be read.", "无法读取 --image {source}。"],
    ["--metadata is name=value, and not {given}.", "--metadata 应为 name=value，而不是 {given}。"],
    ["Say what to search: --in FILE, one text a line.", "请指定要搜索的文本：--in FILE，每行一段。"],
    ['Line {line} is not of the form {"id": …, "text": …}.', '第 {line} 行不是 {"id": …, "text": …} 的形式。'],
    ["The video has no cover.", "视频没有封面。"],
    ["There are no pages for it.", "没有找到相关的网页。"],
    ["A file cannot be read or written: {obstacle}.", "无法读写文件：{obstacle}。"],
    ["A file cannot be read or written: {code}.", "无法读写文件：{code}。"],
    [
      "Give the text as an argument or by --input, and not by both.",
      "文本只能写在命令行上，或用 --input 给出，不能两者都用。"
    ],
    [
      "The folder {path} cannot be made: XDG_STATE_HOME names another place for it.",
      "无法创建文件夹 {path}：可以用 XDG_STATE_HOME 指定其他位置。"
    ],
    ["{path} cannot be read.", "无法读取 {path}。"],
    ["{path} cannot be written.", "无法写入 {path}。"],
    ["{option}: {source} holds no JSON array.", "{option}：{source} 里不是 JSON 数组。"],
    ["{option}: {source} is not JSON.", "{option}：{source} 不是 JSON。"],
    ['{option}: {place}: "role" must be one of {roles}', '{option}：{place}："role" 只能是 {roles} 之一'],
    // Jobs
    ...lines.map(([english, chinese]): Phrase => [
      `Line {line} of {path}: ${english}`,
      `{path} 第 {line} 行：${chinese}`
    ]),
    [
      "The job {name} was not begun by zhipu bulk run: run it as it was begun.",
      "任务 {name} 不是由 zhipu bulk run 开始的：请用当初的方式运行。"
    ],
    ["Takes part in the jobs of the cluster, until Ctrl-C.", "参与集群的任务，直到按下 Ctrl-C。"],
    [
      "{folder} cannot be made: --store FILE keeps the job elsewhere.",
      "无法创建 {folder}：--store FILE 可以把任务存到别处。"
    ],
    [
      "A cluster keeps its jobs in PostgreSQL: set DATABASE_URL to postgres://user:password@host:5432/database, or give it as --store.",
      "集群的任务存放在 PostgreSQL：请把 DATABASE_URL 设为 postgres://user:password@host:5432/database，或用 --store 给出。"
    ],
    [
      "PostgreSQL cannot be reached: {cause}. Check DATABASE_URL or --store, and that it runs.",
      "无法连接 PostgreSQL：{cause}。请检查 DATABASE_URL 或 --store，以及 PostgreSQL 是否在运行。"
    ],
    // Recordings
    [
      "There is no cassette {path}. Record it: set ZHIPU_CASSETTE=record, use Cassette.layerRecord, or run zhipu record.",
      "没有录制文件 {path}。请先用 zhipu record 录制。"
    ],
    ["The cassette {path} is a folder.", "录制文件 {path} 是一个目录。"],
    ["The cassette {path} cannot be read ({code}).", "无法读取录制文件 {path}（{code}）。"],
    ["The cassette {path} cannot be written ({code}).", "无法写入录制文件 {path}（{code}）。"],
    [
      "The cassette {path} is not JSON. Undo what was edited, or delete it and record it again.",
      "录制文件 {path} 不是 JSON。请撤销对文件的修改，或删除后重新录制。"
    ],
    [
      "The cassette {path} is no cassette. Undo what was edited, or delete it and record it again.",
      "{path} 不是录制文件。请撤销对文件的修改，或删除后重新录制。"
    ],
    [
      "The cassette {path} lacks {place}. Undo what was edited, or delete it and record it again.",
      "录制文件 {path} 缺少 {place}。请撤销对文件的修改，或删除后重新录制。"
    ],
    [
      "The cassette {path} must have {what} at {place}. Undo what was edited, or delete it and record it again.",
      "录制文件 {path} 的 {place} 应为 {what}。请撤销对文件的修改，或删除后重新录制。"
    ],
    [
      "The cassette {path} is of version {found}, and this package reads version {version}. Update @effect-zhipu/testing.",
      "录制文件 {path} 的版本是 {found}，而这里只能读取版本 {version}。请升级 zhipu。"
    ],
    // Servers
    ["The monitor cannot listen on {address}: {obstacle}.", "监控无法监听 {address}：{obstacle}。"],
    ["The monitor cannot listen on {address}: {code}.", "监控无法监听 {address}：{code}。"],
    ["The simulator cannot listen on {address}: {obstacle}.", "模拟器无法监听 {address}：{obstacle}。"],
    ["The simulator cannot listen on {address}: {code}.", "模拟器无法监听 {address}：{code}。"],
    ["The recording cannot listen on {address}: {obstacle}.", "回放服务无法监听 {address}：{obstacle}。"],
    ["The recording cannot listen on {address}: {code}.", "回放服务无法监听 {address}：{code}。"]
  ]
}
