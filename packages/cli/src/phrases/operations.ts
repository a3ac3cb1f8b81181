/** What the commands beside chat say, and those for many prompts, in Chinese. Pure data. */
import type { Book, Phrase } from "../phrases.js"

/** Why a job stopped. */
const stop: ReadonlyArray<Phrase> = [
  ["the balance of the account is used up. Recharge it, and run the job again", "账户余额已用完。请充值后再次运行"],
  ["the budget is spent. Run the job again with a larger one", "预算已用完。请用更大的预算再次运行"],
  ["its deadline has passed. Run the job again with a later one", "截止时间已过。请用更晚的截止时间再次运行"],
  ["it was cancelled. Run again, it goes on", "任务已取消。再次运行即可继续"],
  [
    "a quota is used up, and the service did not say until when. Run the job again when it has filled",
    "额度已用完，服务端没有说明何时恢复。请在恢复后再次运行"
  ],
  ["the service refuses whatever is asked", "服务端拒绝所有请求"]
]

/** @internal */
export const operations: Book = {
  lists: { stop },
  phrases: [
    // Many prompts
    [
      'The job "{name}" stopped after {ended} of {total} items, as {stop}. {again} goes on.',
      "任务 {name} 已停止，已结束 {ended} 个条目（共 {total} 个）：{stop}。{again} 可以继续。"
    ],
    [
      'The job "{name}" stopped after {ended} items, as {stop}. {again} goes on.',
      "任务 {name} 已停止，已结束 {ended} 个条目：{stop}。{again} 可以继续。"
    ],
    [
      'The job "{name}" stopped after {ended} of {total} items, as the service refuses whatever is asked ({error}). {again} goes on.',
      "任务 {name} 已停止，已结束 {ended} 个条目（共 {total} 个）：服务端拒绝所有请求（{error}）。{again} 可以继续。"
    ],
    [
      'The job "{name}" stopped after {ended} items, as the service refuses whatever is asked ({error}). {again} goes on.',
      "任务 {name} 已停止，已结束 {ended} 个条目：服务端拒绝所有请求（{error}）。{again} 可以继续。"
    ],
    [
      "The job stopped, as no price is known in the currency of --budget for a model of it at this host: leave --budget out, or give it in usd for api.z.ai, in cny for open.bigmodel.cn. {again} goes on.",
      "任务已停止：其中一个模型在此站点没有 --budget 所用币种的价格。请去掉 --budget，或者 api.z.ai 用 usd、open.bigmodel.cn 用 cny。{again} 可以继续。"
    ],
    [
      "Stopped after {items} items. The same command, or {again}, goes on; {export} writes what there is.",
      "已停止，已结束 {items} 个条目。再次运行同一命令，或运行 {again}，即可继续；{export} 导出已有的结果。"
    ],
    [
      "Stopped. The same command, or {again}, goes on; {export} writes what there is.",
      "已停止。再次运行同一命令，或运行 {again}，即可继续；{export} 导出已有的结果。"
    ],
    [
      "{export} --errors FILE tells what failed; {again} asks again.",
      "{export} --errors FILE 导出失败的条目；{again} 重新请求。"
    ],
    ["Going on with the job {name}.", "继续任务 {name}。"],
    ["The job is {name}.", "任务名为 {name}。"],
    ["{count} items are asked again.", "{count} 个条目将重新请求。"],
    ["There are no jobs. zhipu bulk run FILE begins one.", "没有任务。zhipu bulk run FILE 可以开始一个。"],
    [
      'There is no job "{name}" in this store. zhipu bulk status lists those that there are.',
      "没有任务 {name}。zhipu bulk status 列出已有的任务。"
    ],
    [
      "There is no job {name}. zhipu bulk status lists those that there are.",
      "没有任务 {name}。zhipu bulk status 列出已有的任务。"
    ],
    [
      'The job "{name}" is being run by another process ({holder}): wait for it, or cancel it first.',
      "任务 {name} 正由另一个进程运行（{holder}）：请等它结束，或先取消它。"
    ],
    [
      'Items of the job "{name}" are in batch files: run it with Bulk.layerBatch, which fetches their answers.',
      "任务 {name} 有条目已交给批处理：请用 --engine batch 运行，以取回结果。"
    ],
    [
      'Items of the job "{name}" are in batch files: cancel it first by the engine of its batches, or let that run it to its end.',
      "任务 {name} 有条目已交给批处理：请先用 --engine batch 取消，或用它运行到结束。"
    ],
    [
      "zhipu bulk is followed by run, status, resume, retry, pause, cancel, export, remove or worker.",
      "zhipu bulk 后接 run、status、resume、retry、pause、cancel、export、remove 或 worker。"
    ],
    [
      "--embed asks for vectors of texts: --schema and --system are for answers of a chat.",
      "--embed 为文本生成向量；--schema 和 --system 只用于对话的回答。"
    ],
    ["--dimensions is for the vectors of --embed.", "--dimensions 只用于 --embed 的向量。"],
    ["{path} is not there.", "{path} 不存在。"],
    ["--schema {path} is no JSON Schema: it has to be an object.", "--schema {path} 不是 JSON Schema：它应当是对象。"],
    [
      "{name} is no name of a job: letters, digits, dots, dashes and underscores.",
      "{name} 不能作为任务名：只能用字母、数字、点、短横线和下划线。"
    ],
    // Files, batches, tasks
    ["zhipu files upload takes the files to send.", "zhipu files upload 后接要上传的文件。"],
    ["zhipu files get takes the id of a file.", "zhipu files get 后接文件的 ID。"],
    ["zhipu files remove takes the ids of files.", "zhipu files remove 后接文件的 ID。"],
    ["zhipu files is followed by upload, list, get or remove.", "zhipu files 后接 upload、list、get 或 remove。"],
    ["zhipu batch is followed by {actions}.", "zhipu batch 后接 {actions}。"],
    ["zhipu task is followed by get or wait, and the id of a task.", "zhipu task 后接 get 或 wait，以及任务的 ID。"],
    ["Say what {path} is for: --purpose agent, for example.", "请说明 {path} 的用途，例如 --purpose agent。"],
    ["{path} is sent for batches.", "{path} 将用于批处理。"],
    [
      "There are no files for {purpose}. --purpose names another use.",
      "没有用于 {purpose} 的文件。--purpose 可以指定其他用途。"
    ],
    ["There are no lines: give --input FILE, or pipe them in.", "没有文本行：请用 --input FILE，或用管道传入。"],
    ["The file {id} was sent.", "已上传文件 {id}。"],
    [
      "{done} calls were answered, {failed} failed. --errors FILE tells which.",
      "{done} 个调用有回答，{failed} 个失败。加 --errors FILE 可列出失败的调用。"
    ],
    ["{done} calls were answered, {failed} failed.", "{done} 个调用有回答，{failed} 个失败。"],
    ["The batch has no results (yet): it is {status}.", "批处理（还）没有结果：状态为 {status}。"],
    ["Going on with a run of this file that was begun before.", "接着上次对此文件的运行继续。"],
    [
      "The task {id} is begun: zhipu task wait {same} goes on, should this end.",
      "任务 {id} 已开始：如果命令中断，zhipu task wait {same} 可以继续。"
    ],
    [
      "Going on with the task {id}, which was begun before. (--again makes another one.)",
      "继续此前开始的任务 {id}。（加 --again 则另外生成一个。）"
    ],
    ["The video is done, after {seconds} s.", "视频已完成，用时 {seconds} 秒。"],
    [
      "It was made, and could not be fetched. Its link, for as long as it lives: {link}",
      "已生成，但无法下载。链接在有效期内可用：{link}"
    ],
    ["{count} pages came without an address.", "{count} 个网页没有地址。"],
    // Recording
    [
      '{command} takes a file that ends in .json, then the prompt. For a prompt, write: zhipu -- "record …"',
      '{command} 后接以 .json 结尾的文件，再接提示词。如果要提问：zhipu -- "record …"'
    ],
    ["--dry-run sends nothing that could be recorded.", "--dry-run 不发送任何内容，没有可以录制的内容。"],
    [
      "{file} is there already. Take another name, or --force to replace it.",
      "{file} 已存在。请换一个名字，或用 --force 替换它。"
    ],
    ["{file} holds no question to a model.", "{file} 里没有对模型的提问。"]
  ]
}
