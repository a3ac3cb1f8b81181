/** What the client and the command say of errors, in Chinese. Pure data. */
import type { Book, Phrase } from "../phrases.js"

/** What errors of the service mean. */
const meaning: ReadonlyArray<Phrase> = [
  ["The key was refused", "密钥被拒绝"],
  ["Authentication failed", "身份验证失败"],
  ["The Authorization header is missing", "缺少 Authorization 请求头"],
  ["The token is malformed", "令牌格式不正确"],
  ["The token has expired", "令牌已过期"],
  ["The token could not be verified", "令牌无法验证"],
  ["The account wants a second factor", "账户需要二次验证"],
  ["The key may not do this", "密钥没有权限"],
  ["The key may not use this API", "密钥无权使用此接口"],
  ["The plan does not include this model", "套餐不含此模型"],
  ["The key is for the enterprise coding plan only", "密钥仅限企业编程套餐"],
  ["The account cannot be used", "账户无法使用"],
  ["The account could not be read or written", "账户读写失败"],
  ["The account is inactive", "账户未激活"],
  ["The account does not exist", "账户不存在"],
  ["The account is locked", "账户已被锁定"],
  ["The account cannot be reached at the moment", "暂时无法访问账户"],
  ["The account is locked for violations", "账户因违规被锁定"],
  ["The Coding Plan has expired", "Coding Plan 套餐已到期"],
  ["The enterprise plan is no longer valid", "企业套餐已失效"],
  ["The account has no balance", "账户余额不足"],
  ["The request was refused", "请求被拒绝"],
  ["The parameters are wrong", "参数有误"],
  ["The model does not support this kind of call", "模型不支持这种调用"],
  ["A required parameter is missing", "缺少必需的参数"],
  ["A parameter is illegal", "参数不合法"],
  ["Two parameters exclude each other", "两个参数互相冲突"],
  ["The API is offline", "接口已下线"],
  ["The API does not exist", "接口不存在"],
  ["A request with this request_id exists", "已有相同 request_id 的请求"],
  ["The model is not served here", "这里没有此模型"],
  ["The model does not exist", "模型不存在"],
  ["The prompt is longer than the model's context", "提示词超过模型的上下文"],
  ["The content was blocked by policy", "内容被内容审核拦截"],
  ["The input or the output may be unsafe", "输入或输出可能包含不安全的内容"],
  ["Too many requests", "请求过多"],
  ["Too many requests at once for this account", "此账户的并发请求过多"],
  ["Too frequent requests", "请求过于频繁"],
  ["The usage limit is reached", "已达到使用上限"],
  ["The daily limit of calls is reached", "已达到每日调用上限"],
  ["The weekly or monthly limit is reached", "已达到每周或每月上限"],
  ["The plan is throttled for fair use", "套餐因公平使用规则被限流"],
  ["The 5-hour limit is reached, with no balance for more", "已达到 5 小时用量上限，余额不足以继续"],
  ["The 7-day limit is reached, with no balance for more", "已达到 7 天用量上限，余额不足以继续"],
  ["The 5-hour limit and the member's monthly cap are reached", "已达到 5 小时用量上限和成员的每月上限"],
  ["The 7-day limit and the member's monthly cap are reached", "已达到 7 天用量上限和成员的每月上限"],
  ["The 5-hour limit and the company's monthly cap are reached", "已达到 5 小时用量上限和企业的每月上限"],
  ["The 7-day limit and the company's monthly cap are reached", "已达到 7 天用量上限和企业的每月上限"],
  ["The service is overloaded", "服务端过载"],
  ["The model is overloaded", "模型过载"],
  ["The service failed", "服务端出错"],
  ["The call failed in the service", "服务端调用失败"],
  ["The service failed while processing", "服务端处理出错"],
  ["A network error in the service", "服务端内部网络错误"],
  ["There is nothing at this address", "此地址没有接口"],
  ["The request is too large", "请求太大"],
  ["The file is larger than 100 MB", "文件超过 100 MB"],
  ["The request was redirected, which would send the key elsewhere", "请求被重定向，密钥会因此发往别处"],
  ["Something in between answered with a page", "网络中间的设备返回了网页"]
]

/** What to do. */
const hint: ReadonlyArray<Phrase> = [
  [
    "Check the key and the base URL: keys of bigmodel.cn and z.ai are separate.",
    "请检查密钥和地址：bigmodel.cn 与 z.ai 的密钥互不通用。"
  ],
  ["Check the clock of this machine, or use --auth api-key.", "请检查本机时钟，或使用 --auth api-key。"],
  ["Log in to the console once.", "请登录一次控制台。"],
  ["Look at the console, or ask the support.", "请到控制台查看，或联系客服。"],
  ["Use a model of the plan, or another plan.", "请使用套餐内的模型，或更换套餐。"],
  ["Use the base URL of that plan, or another key.", "请使用该套餐的地址，或更换密钥。"],
  ["Try again later.", "请稍后再试。"],
  ["Renew the plan, or use the general base URL.", "请续订套餐，或使用通用地址。"],
  ["Ask the administrator of the plan.", "请联系套餐管理员。"],
  ["Top up the account, or use another key.", "请为账户充值，或更换密钥。"],
  [
    "Top up the account, use a free model or, with a Coding Plan, its base URL.",
    "请为账户充值，或改用免费模型；有 Coding Plan 时，请使用 Coding Plan 的地址。"
  ],
  ["Compare the request with the documentation of the model.", "请对照模型的文档检查请求。"],
  [
    "Usual causes: a value out of range; in a chat no user turn, no content, a tool call without result.",
    "常见原因：取值超出范围；对话中还可能是没有用户消息、内容为空、工具调用没有结果。"
  ],
  ["Leave `request_id` out or make it unique.", "请去掉 `request_id`，或换成不重复的值。"],
  [
    "Check the model code, in lower case, such as `glm-4.6`, or use another model.",
    "请检查模型编码（小写，例如 `glm-4.6`），或更换模型。"
  ],
  ["Shorten the conversation or use a model with a longer context.", "请缩短对话，或改用上下文更长的模型。"],
  ["Change the input; sending it again does not help.", "请修改输入；原样重发没有用。"],
  ["Send fewer at a time, or more slowly.", "请减少并发，或降低请求频率。"],
  ["Wait for the reset, or use another key or plan.", "请等到额度恢复，或更换密钥、套餐。"],
  ["It may last tens of minutes: wait, or use another model.", "可能持续数十分钟：请等待，或更换模型。"],
  ["Check the base URL, and any proxy in between.", "请检查地址，以及中间的代理。"],
  ["Look for a proxy, firewall or login page in between.", "请检查中间是否有代理、防火墙或登录页。"],
  [
    "Check the base URL: the vendor's end in /api/paas/v4, without /v1.",
    "请检查地址：官方地址以 /api/paas/v4 结尾，没有 /v1。"
  ],
  ["Send fewer or smaller attachments, or a shorter conversation.", "请减少或缩小附件，或缩短对话。"],
  ["Send a smaller file.", "请发送较小的文件。"],
  ["Ask again.", "请再问一次。"],
  ["Ask for less.", "请减少单次输出。"],
  ["Check the base URL.", "请检查地址。"],
  ["Offer the model fewer tools.", "请减少提供给模型的工具。"],
  [
    "Ask again; if it stays so and tools are offered, write their schemas without $ref, anyOf and oneOf.",
    "请再问一次；如果一直如此，而请求中有工具，请去掉工具 schema 中的 $ref、anyOf 和 oneOf。"
  ],
  ["The command takes no larger ones: ask for less at once.", "命令不接受更大的事件：请减少单次输出。"],
  ["What came is printed; ask again.", "已收到的内容已打印；请再问一次。"],
  ["Nothing is printed, as the answer is not whole; ask again.", "回答不完整，因此什么都没有打印；请再问一次。"],
  ["Check the network and the base URL: zhipu doctor tells more.", "请检查网络和地址：zhipu doctor 会给出详情。"],
  [
    "The model may be thinking or busy: ask again, without --no-stream if you gave that, or ask another model with --model.",
    "模型可能在思考或繁忙：请再问一次（如果用了 --no-stream，请去掉），或用 --model 换一个模型。"
  ],
  ["The connection has probably died.", "连接多半已经断开。"],
  [
    "Give it longer with --timeout or ZHIPU_TIMEOUT, or ask for less.",
    "请用 --timeout 或 ZHIPU_TIMEOUT 放宽时限，或减少单次输出。"
  ],
  ["Send fewer at once.", "请减少并发。"],
  ["Check the network, the base URL and any proxy.", "请检查网络、地址和代理。"]
]

const who: ReadonlyArray<Phrase> = [
  ["service", "服务端"],
  ["page", "网页"]
]

/** This machine's clock beside the service's. */
const clock: ReadonlyArray<Phrase> = [
  ["behind", "慢"],
  ["ahead of", "快"]
]

/** What the client finds in a conversation. */
const fault: ReadonlyArray<Phrase> = [
  ["there is no list of messages", "没有消息列表"],
  ["the list of messages is empty", "消息列表为空"],
  ["there is no user turn", "没有用户消息"],
  ["the content of a user turn is empty", "用户消息的内容为空"]
]

/** What cannot be an answer. */
const emptiness: ReadonlyArray<Phrase> = [
  ["there is no answer in it", "其中没有回答"],
  ["its message is empty", "其中的消息为空"]
]

/** The end of a sentence on the key. */
const keyFault: ReadonlyArray<Phrase> = [
  ["is blank", "是空白"],
  ["holds a line break: copy the key alone", "含有换行：请只复制密钥本身，不要带上行尾"],
  ["holds a quotation mark: remove the quotes around it", "含有引号：请去掉两边的引号"],
  ["holds white space", "含有空白"],
  ["holds characters that a key never has (not ASCII)", "含有密钥中不会有的字符（非 ASCII）"],
  ["is the word Bearer: give the key alone", "是 Bearer 这个词：请只给出密钥"],
  [
    "must have the form id.secret, with one dot, to sign a JWT; other keys work with auth `api-key`",
    "必须是 id.secret 的形式（恰好一个点），才能签发 JWT；其他形式的密钥请直接发送（auth 为 `api-key`）"
  ]
]

/** The end of a sentence on the base URL. */
const urlFault: ReadonlyArray<Phrase> = [
  [
    "is not a URL, for example https://open.bigmodel.cn/api/paas/v4",
    "不是合法的 URL，例如 https://open.bigmodel.cn/api/paas/v4"
  ],
  ["must begin with https://", "必须以 https:// 开头"],
  ["must not hold a user name or password", "不能含有用户名或密码"],
  ["must not hold a query or a fragment", "不能含有查询参数或片段"],
  ["must begin with https://, or the key would travel unencrypted", "必须以 https:// 开头，否则密钥会以明文传输"]
]

/** What the system says of a file. */
const reason: ReadonlyArray<Phrase> = [
  ["there is no such file", "没有这个文件"],
  ["it is a directory", "是一个目录"],
  ["permission is denied", "没有权限"],
  ["the disk is full", "磁盘已满"],
  ["it is neither UTF-8 nor UTF-16 with a byte order mark", "既不是 UTF-8，也不是带 BOM 的 UTF-16"],
  ["it holds more than 64 MB", "超过 64 MB"],
  ["it is neither a file nor a pipe", "既不是文件，也不是管道"],
  ["another file has taken its place", "已被另一个文件取代"],
  ["it is no UTF-8, or was changed meanwhile", "不是 UTF-8，或在此期间被修改"],
  ["it failed", "操作失败"]
]

const skew: Phrase = [
  " The clock of this machine is {seconds} s {clock} the service's.",
  "本机时钟比服务端{clock} {seconds} 秒。"
]

const nothing: Phrase = ["", ""]

/** An error of the service, with what it said itself, which is quoted as it is. */
const ofService: ReadonlyArray<Phrase> = [
  ["{meaning} (code {code}, HTTP {status}).", "{meaning}（业务码 {code}，HTTP {status}）。"] as const,
  ["{meaning} (HTTP {status}).", "{meaning}（HTTP {status}）。"] as const
].flatMap(([english, chinese]) =>
  [skew, nothing].flatMap(([behind, inChinese]): ReadonlyArray<Phrase> => [
    [`${english} The {who} said: {said} {hint}${behind}`, `${chinese}{who}的原话：{said} {hint}${inChinese}`],
    [`${english} {hint}${behind}`, `${chinese}{hint}${inChinese}`]
  ])
)

/** @internal */
export const errors: Book = {
  lists: { meaning, hint, who, clock, fault, emptiness, keyFault, urlFault, reason },
  phrases: [
    ...ofService,
    // An error that nobody knows: its own words say what to do.
    [
      "{meaning} (code {code}, HTTP {status}). The {who} said: {said}",
      "{meaning}（业务码 {code}，HTTP {status}）。{who}的原话：{said}"
    ],
    ["{meaning} (HTTP {status}). The {who} said: {said}", "{meaning}（HTTP {status}）。{who}的原话：{said}"],
    ...hint,
    ["The request, of {bytes} bytes, is too large (HTTP {status}).", "请求太大，共 {bytes} 字节（HTTP {status}）。"],
    ["The {who} said: {said}", "{who}的原话：{said}"],
    // Deadlines
    ["No permit to send came free within {limit} (deadline queue).", "{limit} 内没有轮到发送（queue 时限）。"],
    ["No response headers came within {limit} (deadline connect).", "{limit} 内没有收到响应头（connect 时限）。"],
    ["No answer began within {limit} (deadline firstChunk).", "{limit} 内没有开始回答（firstChunk 时限）。"],
    ["Nothing more came within {limit} (deadline idle).", "{limit} 内没有收到更多内容（idle 时限）。"],
    ["The call did not end within {limit} (deadline total).", "调用没有在 {limit} 内结束（total 时限）。"],
    // Streams and answers
    [
      "The stream broke off behind a finish reason, after {bytes} bytes in {events} events: the answer is not whole.",
      "流在给出结束原因之后中断，共收到 {events} 个事件、{bytes} 字节：回答不完整。"
    ],
    [
      "The stream ended before its end was told, after {bytes} bytes in {events} events: the answer is not whole.",
      "流在收到结束标志之前就断了，共收到 {events} 个事件、{bytes} 字节：回答不完整。"
    ],
    [
      "The stream ended before its end mark: the answer is not whole.",
      "流在收到结束标志之前就断了：收到的不是完整的回答。"
    ],
    ["The stream is corrupt: the body is empty.", "流已损坏：响应体为空。"],
    ["The stream is corrupt: {detail} (event {index}).", "流已损坏：{detail}（第 {index} 个事件）。"],
    ["The stream is corrupt: {detail}.", "流已损坏：{detail}。"],
    [
      "The model broke off with finish_reason {why}: the answer is not whole.",
      "模型中途停止（finish_reason {why}）：收到的不是完整的回答。"
    ],
    ["The service answered HTTP {status} with an empty body.", "服务端返回 HTTP {status}，响应体为空。"],
    ["The service answered, but {emptiness}.", "服务端有响应，但{emptiness}。"],
    [
      "The body ended in the middle of its JSON: the answer is not whole.",
      "响应体中的 JSON 不完整：收到的不是完整的回答。"
    ],
    ["The service answered with a document that is not JSON.", "服务端返回的内容不是 JSON。"],
    ["The answer is JSON, but not a chat completion.", "返回的是 JSON，但不是对话补全的回答。"],
    ["The answer is not what the service sends ({detail}).", "返回的不是服务端会发送的内容（{detail}）。"],
    ["The answer is packed as {packing}, which nobody asked for.", "响应以 {packing} 压缩，而请求并未要求。"],
    ["The answer is longer than a text can be.", "回答超过一个字符串的最大长度。"],
    ["The answer is larger than 64 MiB.", "响应超过 64 MiB，服务端不会返回这样大的内容。"],
    // Connections
    ["The service could not be reached: {cause}.", "无法连接服务端：{cause}。"],
    ["The connection broke off while the answer was read: {cause}.", "读取回答时连接中断：{cause}。"],
    ["The client was closed while the call ran.", "调用期间客户端已关闭。"],
    // Requests that are not sent
    [
      "The request was not sent, as the service would refuse it (code 1214): {fault} at {path}.",
      "请求没有发送，因为服务端会拒绝（业务码 1214）：{path} 处{fault}。"
    ],
    [
      "The request was not sent, as the service would refuse it (code 1214): the tool call {id} has no result at {path}.",
      "请求没有发送，因为服务端会拒绝（业务码 1214）：{path} 处的工具调用 {id} 没有结果。"
    ],
    [
      "The request was not sent, as the service would refuse it (code 1214): the tool call {id} is answered twice at {path}.",
      "请求没有发送，因为服务端会拒绝（业务码 1214）：{path} 处重复给出了工具调用 {id} 的结果。"
    ],
    [
      "The request was not sent, as the service would refuse it (code 1214): there is no tool call {id} to answer in the assistant turn before at {path}.",
      "请求没有发送，因为服务端会拒绝（业务码 1214）：{path} 处的结果所对应的工具调用 {id} 不在前一条模型消息中。"
    ],
    [
      "The request was not sent, as the service would refuse it (code 1214): two tool calls have the id {id} at {path}.",
      "请求没有发送，因为服务端会拒绝（业务码 1214）：{path} 处有两个工具调用的 ID 都是 {id}。"
    ],
    ["The request cannot be written as JSON: {what} at {path}.", "请求无法序列化为 JSON：{path} 处 {what}。"],
    ["{calls} calls are waiting for a permit already.", "已有 {calls} 个调用在排队。"],
    // Settings
    [
      "There is no API key. Set ZHIPU_API_KEY (for z.ai: ZAI_API_KEY) to the key of your account, or use --key-stdin.",
      "没有 API 密钥。请把 ZHIPU_API_KEY（z.ai 用 ZAI_API_KEY）设为你账户的密钥，或使用 --key-stdin。"
    ],
    ["The API key {keyFault}.", "API 密钥{keyFault}。"],
    [
      "The API key could not sign a JWT. Check its secret half.",
      "API 密钥无法用来签发 JWT。请检查其中的 secret 部分。"
    ],
    ["The base URL {urlFault}.", "服务地址{urlFault}。"],
    ["{name} must be one of {values}.", "{name} 只能是 {values} 之一。"],
    ["{name} must be a number, zero or more.", "{name} 必须是不小于零的数。"],
    ["HTTPS_PROXY or HTTP_PROXY is not the URL of a proxy.", "HTTPS_PROXY 或 HTTP_PROXY 不是代理的 URL。"],
    // Of the command itself
    ["no further detail", "没有更多信息"],
    ["{option}: {path} cannot be read: {reason}.", "{option}：无法读取 {path}：{reason}。"],
    ["{option}: {path} cannot be read: {code}.", "{option}：无法读取 {path}：{code}。"],
    ["Standard input cannot be read: {reason}.", "无法读取标准输入：{reason}。"],
    ["Standard input cannot be read: {code}.", "无法读取标准输入：{code}。"],
    ["zhipu migrate: {path} is not JSON.", "zhipu migrate: {path} 不是 JSON。"],
    ["zhipu migrate: {path} is not JSON in line {line}.", "zhipu migrate: {path} 的第 {line} 行不是 JSON。"],
    [
      "zhipu migrate --fix writes to files, and standard input is none.",
      "zhipu migrate --fix 会改写文件，而标准输入不是文件。"
    ],
    ["zhipu migrate: {path} is left as it was: {reason}.", "zhipu migrate: {path} 保持原样：{reason}。"],
    ["zhipu migrate: {path} is left as it was: {code}.", "zhipu migrate: {path} 保持原样：{code}。"],
    [
      "zhipu migrate: {path} is not a notebook: it has no cells.",
      "zhipu migrate: {path} 不是 notebook：其中没有单元格。"
    ],
    [
      "zhipu migrate needs files: requests in JSON, or code. - is standard input.",
      "zhipu migrate 需要文件：JSON 请求，或代码。- 表示标准输入。"
    ],
    ["{path} is there. Say --force to replace it.", "{path} 已存在。要替换请加 --force。"],
    ["{path} is a folder: give the name of a file.", "{path} 是文件夹：请给出文件名。"],
    ["{path} is no file: - is standard output.", "{path} 不是普通文件：- 表示标准输出。"],
    ["There is no folder {folder} for {path}.", "{path} 所在的文件夹 {folder} 不存在。"],
    ["{path} cannot be read: {reason}.", "无法读取 {path}：{reason}。"],
    ["{path} cannot be read: {code}.", "无法读取 {path}：{code}。"],
    ["{path} cannot be used: {reason}.", "无法使用 {path}：{reason}。"],
    ["{path} cannot be used: {code}.", "无法使用 {path}：{code}。"],
    ["{path} cannot be written: {reason}.", "无法写入 {path}：{reason}。"],
    ["{path} cannot be written: {code}.", "无法写入 {path}：{code}。"],
    [
      "These are bytes, which a terminal cannot show: give --output FILE.",
      "内容是二进制数据，无法在终端里显示：请用 --output FILE。"
    ],
    [
      "This makes a file, which a terminal cannot show: give --output FILE, or --url.",
      "这会生成文件，无法在终端里显示：请用 --output FILE 或 --url。"
    ],
    ["There are no texts: give --input FILE, or pipe them in.", "没有文本：请用 --input FILE，或用管道传入。"],
    ["--port takes a number from 0 to 65535.", "--port 需要 0 到 65535 的数。"],
    ["Choose one of {one} and {other}.", "{one} 和 {other} 只能选一个。"],
    [
      "It took longer than --timeout. What was begun goes on with the service.",
      "用时超过了 --timeout。已开始的任务会在服务端继续。"
    ]
  ]
}
