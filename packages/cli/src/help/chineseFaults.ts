/** What `--fault help` says, in Chinese, by the English text, as FAULTS.zh-CN.md of @effect-zhipu/testing has it. Pure data. */

/** @internal */
export const chineseFaults: ReadonlyMap<string, string> = new Map([
  [
    "Faults are written with commas between them, each as name[:argument][@place][~percent][*times]:",
    "多个故障以逗号分隔，每个写作 name[:argument][@place][~percent][*times]："
  ],
  ["After that many bytes of the answer.", "响应体的 512 字节之后。"],
  ["After that many chunks of a stream: a whole answer has none.", "流的 3 个数据块之后；非流式的回答没有数据块。"],
  ["For 30 of 100 requests.", "100 个请求中的 30 个。"],
  ["For the first three requests only.", "只对前三个请求有效。"],
  ["On any request:", "作用于任何请求："],
  ["On an error that another fault brings:", "作用于其他故障返回的错误："],
  ["On what the model says, streamed or not:", "作用于回答内容，不论是否流式："],
  ["On streams:", "作用于流："],
  ["On the bytes of any answer:", "作用于任何响应体的字节："],
  ["On operations other than chat:", "作用于对话以外的接口："],
  // The faults
  [
    "An error with this business code and the HTTP status that goes with it.",
    "返回业务码为 NNNN 的错误，HTTP 状态码与之对应。"
  ],
  [
    "A bare HTTP status with an empty body; `502-html` with a proxy's page, `502-text` with a line of text. Beside `code` it replaces the status alone.",
    "只返回 HTTP 状态码，响应体为空；`502-html` 带代理返回的网页，`502-text` 带一行文字。与 `code` 一起使用时只替换状态码。"
  ],
  [
    "The shape of the error of `code`, `error-200`, `error-frame` and `bare-error`: a numeric code; `error` as a string; `{code, msg, success: false}`; `{message}`; `{code, message}`; with a `request_id`; the Anthropic endpoint's; `{message, success: false}` without a code.",
    "`code`、`error-200`、`error-frame` 和 `bare-error` 所返回错误的格式：业务码为数字；`error` 为字符串；`{code, msg, success: false}`；`{message}`；`{code, message}`；带 `request_id`；兼容 Anthropic 的地址所用的格式；没有业务码的 `{message, success: false}`。"
  ],
  ["The error body as JSON under HTTP 200.", "以 HTTP 200 返回 JSON 格式的错误。"],
  ["Adds `Retry-After` with this value to the error.", "错误带有 `Retry-After`，值为 TEXT。"],
  ["Adds `Retry-After-Ms` with this value to the error.", "错误带有 `Retry-After-Ms`，值为 TEXT。"],
  [
    "Adds `Retry-After` as an HTTP date, this many seconds from now (negative: in the past).",
    "错误带有 `Retry-After`，值为距现在 N 秒的 HTTP 日期（负数表示过去）。"
  ],
  ["Adds `x-should-retry` to the error.", "错误带有 `x-should-retry`。"],
  ["A redirect to another path of the simulator.", "重定向到模拟器的另一个路径。"],
  [
    "HTTP 200 with an HTML page, as a captive portal sends it.",
    "返回 HTTP 200 和 HTML 网页，就像上网认证页面（captive portal）那样。"
  ],
  ["HTTP 200 without a body.", "返回 HTTP 200，没有响应体。"],
  ["A whole JSON completion although a stream was asked for.", "请求的是流，却返回一个完整的 JSON 回答。"],
  ["The connection is reset before any answer.", "在返回任何内容之前重置连接。"],
  [
    "Silence with the socket open: at `headers` they never come, after K chunks nothing more comes.",
    "保持连接，但不再发送：`headers` 时一直不发送响应头，`chunk:K` 时在 K 个数据块之后停止发送。"
  ],
  ["The body ends cleanly after this many bytes, or K chunks.", "响应体在 BYTES 字节或 K 个数据块之后正常结束。"],
  ["The connection breaks after this many bytes, or K chunks.", "连接在 BYTES 字节或 K 个数据块之后断开。"],
  ["A pause of this many milliseconds before every event.", "每个事件之前停顿 N 毫秒。"],
  [
    "A comment line every so many milliseconds while nothing else is sent (`idle@chunk`, `slow`, the delay of the first token).",
    "没有其他内容发送时（`idle@chunk`、`slow`、首个 token 的延迟），每隔 N 毫秒发送一行注释。"
  ],
  ["Bytes are written in pieces of this size.", "响应体按每段 N 字节分段发送。"],
  [
    "`Content-Encoding: gzip`; byte offsets of other faults count before compression.",
    "`Content-Encoding: gzip`；其他故障的字节位置按压缩前计算。"
  ],
  [
    "`Content-Encoding: br`; byte offsets of other faults count before compression.",
    "`Content-Encoding: br`；其他故障的字节位置按压缩前计算。"
  ],
  [
    "The clock of the server is this many milliseconds ahead, behind where negative: its `Date` header, and its check of tokens.",
    "模拟器的时钟快 N 毫秒（负数表示慢）：影响 `Date` 响应头和令牌的检查。"
  ],
  [
    "The stream ends after the finish chunk, without `[DONE]`.",
    "流在结束数据块（带 `finish_reason`）之后就结束，没有 `[DONE]`。"
  ],
  ["No chunk with `finish_reason`, `[DONE]` only.", "没有带 `finish_reason` 的数据块，只有 `[DONE]`。"],
  ["`[DONE]` comes twice.", "`[DONE]` 出现两次。"],
  ["The finish chunk comes twice.", "结束数据块出现两次。"],
  [
    "`[DONE]x`: in place of `[DONE]`, or in addition after K chunks.",
    "`[DONE]x`：代替 `[DONE]`，或在 K 个数据块之后额外出现。"
  ],
  ["Chunks of another answer and a line of garbage after `[DONE]`.", "`[DONE]` 之后还有另一个回答的数据块和一行乱码。"],
  ["The socket stays open after `[DONE]`.", "`[DONE]` 之后连接不关闭。"],
  ["No `[DONE]`, and the socket stays open after the finish chunk.", "没有 `[DONE]`，结束数据块之后连接不关闭。"],
  [
    "An error as an event after K chunks (0: first), then the end.",
    "K 个数据块之后（0 表示最先）以事件给出错误，然后结束。"
  ],
  [
    "An error as a line of bare JSON without `data:` after K chunks, then the end.",
    "K 个数据块之后给出一行没有 `data:` 的 JSON 错误，然后结束。"
  ],
  [
    "An error as `event: error` with a `request_id` after K chunks (0: first), then `[DONE]`.",
    "K 个数据块之后（0 表示最先）以带 `request_id` 的 `event: error` 给出错误，然后是 `[DONE]`。"
  ],
  ["Lines end in CR LF.", "行以 CR LF 结尾。"],
  ["Lines end in CR.", "行以 CR 结尾。"],
  ["A byte order mark before the first byte.", "第一个字节之前有 BOM（字节顺序标记）。"],
  ["A comment line before every event.", "每个事件之前有一行注释。"],
  ["`data:` without the space.", "`data:` 之后没有空格。"],
  ["Every event in several `data:` lines.", "每个事件分成几行 `data:`。"],
  ["A `retry:` line before the event after K chunks.", "K 个数据块之后的那个事件之前有一行 `retry:`。"],
  ["An `event:` line in every event.", "每个事件里有一行 `event:`。"],
  ["An `id:` line in every event.", "每个事件里有一行 `id:`。"],
  [
    "A content chunk with bytes that are no UTF-8, in addition.",
    "额外发送一个正文数据块，其中有不合 UTF-8 编码的字节。"
  ],
  ["An event with broken JSON, in addition.", "额外发送一个 JSON 格式错误的事件。"],
  ["An event `null`, in addition.", "额外发送一个内容为 `null` 的事件。"],
  ["An event `[]`, in addition.", "额外发送一个内容为 `[]` 的事件。"],
  ["A content chunk of this many bytes, in addition.", "额外发送一个 N 字节的正文数据块。"],
  [
    "Content chunks of about this many bytes together, in addition, before the finish chunk.",
    "在结束数据块之前，额外发送合计约 N 字节的正文数据块。"
  ],
  ["From there on the chunks belong to another completion.", "K 个数据块之后的数据块属于另一个回答。"],
  [
    "A chunk cut short, a chunk of another completion glued to it, and so on with that one.",
    "一个数据块中途断开，后面直接接上另一个回答的数据块，此后都是那个回答的数据块。"
  ],
  ["Another `finish_reason`.", "`finish_reason` 换成 TEXT。"],
  ["The usage comes in a chunk of its own with empty `choices`.", "用量单独放在一个 `choices` 为空的数据块里。"],
  ["No usage.", "没有用量。"],
  ["The details of the usage are null.", "用量的明细为 null。"],
  ["A chunk whose `choices` is null, in addition.", "额外发送一个 `choices` 为 null 的数据块。"],
  ["A chunk without `choices`, in addition.", "额外发送一个没有 `choices` 的数据块。"],
  ["A chunk whose `delta` is null, in addition.", "额外发送一个 `delta` 为 null 的数据块。"],
  ["A chunk without `delta`, in addition.", "额外发送一个没有 `delta` 的数据块。"],
  ['`finish_reason` is `""` until the end.', '结束之前 `finish_reason` 一直是 `""`。'],
  ["`finish_reason` is null until the end.", "结束之前 `finish_reason` 一直是 null。"],
  ['`content` is `""` beside every piece of reasoning.', '每段思考都同时带有空的 `content`（`""`）。'],
  ["Another model answers.", "回答中的模型换成 TEXT。"],
  [
    "Every chunk and delta has `__proto__` and `constructor` keys.",
    "每个数据块和 delta 都有 `__proto__` 和 `constructor` 键。"
  ],
  ["The model makes this many parallel calls.", "模型并行发起 N 个调用。"],
  ["The model calls a tool of this name.", "模型调用名为 TEXT 的工具。"],
  ["Tool calls without `id`.", "工具调用没有 `id`。"],
  ["The `id` of tool calls is a number.", "工具调用的 `id` 是数字。"],
  ['The `id` of tool calls is `""`.', '工具调用的 `id` 是 `""`。'],
  ["Tool calls without `index`.", "工具调用没有 `index`。"],
  ["The `index` of every tool call is -1.", "每个工具调用的 `index` 都是 -1。"],
  ["The `index` of tool calls counts from 1.", "工具调用的 `index` 从 1 开始。"],
  ["The `index` of tool calls counts from this number.", "工具调用的 `index` 从 N 开始。"],
  ["Every tool call has `index` 0.", "每个工具调用的 `index` 都是 0。"],
  ["The name comes with the last fragment only.", "工具名只出现在最后一个片段里。"],
  ["The name is null in every fragment but the first.", "除第一个片段外，工具名都是 null。"],
  ["Id and name come with every fragment.", "每个片段都带有 ID 和工具名。"],
  ["The name of a tool ends in `</arg_value>`.", "工具名以 `</arg_value>` 结尾。"],
  ["The arguments are an object, not a string.", "参数是对象，不是字符串。"],
  ['The arguments are `""`.', '参数是 `""`。'],
  ["The arguments are `{}{}`.", "参数是 `{}{}`。"],
  ["A last fragment repeats all arguments.", "最后一个片段把全部参数重复一遍。"],
  ["The arguments break off; the finish reason stays.", "参数中途断开；结束原因不变。"],
  [
    "A task that is created, or asked for, with it: fails, with a code or without a reason; takes so many polls; is never done; is in a state that nobody knows; is not there.",
    "作用于创建或查询的任务：失败（不给原因，或给出业务码 NNNN）；查询 N 次才完成；永远不完成；处于未知的状态；不存在。"
  ],
  ["The link of an image or a video answers 403.", "图像或视频的链接返回 403。"],
  ["The connection is reset when this many bytes of a request have come.", "收到请求的 BYTES 字节时重置连接。"],
  ["This line of a file that is downloaded, from 1, is cut in half.", "下载的文件中，第 N 行（从 1 数起）只剩一半。"],
  [
    "A batch ends without files; after its time, with half its lines done; or refuses its file.",
    "批处理结束时没有结果文件；超过期限，只完成一半的行；或拒绝提交的文件。"
  ],
  ["The vectors come in another order than the texts, or one of them is missing.", "向量的顺序与文本不同，或缺少一个。"]
])
