/** What `zhipu migrate` says of its findings, in Chinese; what to write into the code stays as it is. Pure data. */
import type { Book, Phrase } from "../phrases.js"

const place: ReadonlyArray<Phrase> = [
  ["GLM-4.6 migration guide", "GLM-4.6 迁移指南"],
  ["chat completion reference, parameters", "对话补全接口文档，参数"],
  ["chat completion reference, thinking", "对话补全接口文档，思考"],
  ["model overview and parameter table", "模型概览与参数表"],
  ["HTTP guide, hosts", "HTTP 指南，站点"],
  ["HTTP guide, authentication", "HTTP 指南，鉴权"]
]

/** @internal */
export const migrate: Book = {
  phrases: [
    ...place,
    // What was found
    ["The model code is not that of GLM-4.6.", "模型编码不是 GLM-4.6 的编码。"],
    ["The model is {model}, of another vendor.", "模型 {model} 属于其他厂商。"],
    ["The model is {model}.", "模型是 {model}。"],
    ["The model code has capital letters.", "模型编码里有大写字母。"],
    ["The model code {model} has capital letters.", "模型编码 {model} 里有大写字母。"],
    ["temperature and top_p are both set.", "同时设置了 temperature 和 top_p。"],
    ["The value is outside of the range.", "取值超出范围。"],
    ["{name} is {value}, outside of {low} to {high}.", "{name} 为 {value}，超出 {low} 到 {high} 的范围。"],
    ["Thinking is not switched in the form of this API.", "思考开关的写法不符合本 API。"],
    ["{name} is no field of this API.", "{name} 不是本 API 的字段。"],
    ["thinking is not an object.", "thinking 不是对象。"],
    ["thinking.type is {type}.", "thinking.type 为 {type}。"],
    ["thinking.type is not a text.", "thinking.type 不是文本。"],
    ["thinking has no {name} in this API.", "本 API 的 thinking 里没有 {name}。"],
    ["The old model does not think, GLM-4.6 does by default.", "旧模型不思考，GLM-4.6 默认会思考。"],
    ["tool_stream is set without stream.", "设置了 tool_stream，却没有设置 stream。"],
    ["Tools are offered in a stream without tool_stream.", "流式请求提供了工具，却没有设置 tool_stream。"],
    ["This model cannot stream the arguments of tool calls.", "这个模型不能流式输出工具调用的参数。"],
    ["{model} cannot stream the arguments of tool calls.", "{model} 不能流式输出工具调用的参数。"],
    ["max_tokens is outside of what the model can do.", "max_tokens 超出模型允许的范围。"],
    ["max_tokens is {value}, and {model} thinks first.", "max_tokens 为 {value}，而 {model} 会先思考。"],
    ["max_tokens is {value}.", "max_tokens 为 {value}。"],
    ["max_tokens is small for a model that thinks.", "模型会思考，max_tokens 偏小。"],
    [
      "The stream's content is read, its reasoning_content never.",
      "读取了流的 content，却从未读取 reasoning_content。"
    ],
    [
      "An earlier answer has no reasoning_content, though clear_thinking is false.",
      "clear_thinking 为 false，但之前的回答没有带上 reasoning_content。"
    ],
    [
      "The first choice of a chunk is read without looking whether there is one.",
      "读取数据块的第一个 choice 时，没有检查它是否存在。"
    ],
    ["Tool calls of the stream are read without their index.", "读取流中的工具调用时没有使用 index。"],
    ["This API does not document the field {name}.", "本 API 的文档里没有字段 {name}。"],
    ["This API does not document the field.", "本 API 的文档里没有这个字段。"],
    ["response_format json_schema is not documented.", "文档里没有 response_format json_schema。"],
    ["There is no field {name}.", "没有字段 {name}。"],
    ["The field is probably misspelt.", "字段名多半拼错了。"],
    ["The address is not that of this API.", "地址不是本 API 的地址。"],
    ["The address begins with http://.", "地址以 http:// 开头。"],
    ["There is no /v1 after /v4 in this API.", "本 API 的 /v4 之后没有 /v1。"],
    ["The API is at v4, not v3.", "API 的版本是 v4，不是 v3。"],
    ["A key stands in the code.", "代码里写有密钥。"],
    // Why
    [
      "The code chooses the model. GLM-4.6 has a context of 200K and answers of up to 128K tokens.",
      "使用哪个模型由编码决定。GLM-4.6 的上下文为 200K token，回答最多 128K token。"
    ],
    [
      "The service takes them, but prices, limits and telemetry are kept by the code that the vendor writes, in lower case.",
      "服务端接受大写，但价格、限额和遥测都以官方的小写编码为准。"
    ],
    [
      "Both narrow the same choice; together they cannot be tuned. The defaults are temperature 1.0 and top_p 0.95.",
      "两者都用来收窄采样范围，同时设置就无法单独调节。默认值是 temperature 1.0 和 top_p 0.95。"
    ],
    [
      "temperature is 0 to 1 and top_p 0.01 to 1. Other vendors allow up to 2, here it is refused (1214).",
      "temperature 的范围是 0 到 1，top_p 是 0.01 到 1。其他厂商允许到 2，本 API 会拒绝（1214）。"
    ],
    [
      "It is an object with a type; other forms and fields of other vendors have no effect or are refused.",
      "thinking 是带 type 的对象；其他写法和其他厂商的字段不起作用，或被拒绝。"
    ],
    [
      "Thinking takes time and output tokens before the answer begins. It helps with hard reasoning and code.",
      "思考会在回答开始之前花费时间和输出 token，对复杂推理和代码有帮助。"
    ],
    ["Arguments of tool calls come in fragments only inside a stream.", "工具调用的参数只有在流中才会分段到达。"],
    [
      "It is off by default: each tool call then comes as one chunk, after a silence while it is written.",
      "tool_stream 默认关闭：每个工具调用生成期间没有任何输出，完成后才作为一个数据块到达。"
    ],
    ["tool_stream works from GLM-4.6 on, in text models.", "tool_stream 从 GLM-4.6 起可用，仅限文本模型。"],
    ["GLM-4.6 takes 1 to 131072 (128K) output tokens.", "GLM-4.6 的输出为 1 到 131072（128K）token。"],
    ["The service takes 1 to {limit} output tokens.", "服务端允许的输出为 1 到 {limit} token。"],
    ["{model} takes 1 to {limit} output tokens.", "{model} 的输出为 1 到 {limit} token。"],
    [
      "It counts the thinking too: the answer may be empty and end with finish_reason length.",
      "思考也计入 max_tokens：回答可能为空，并以 finish_reason length 结束。"
    ],
    [
      "With thinking, which is on by default, the model says nothing in content at first: users see a long silence.",
      "思考默认开启，期间 content 里没有内容：用户会有很长时间看不到输出。"
    ],
    [
      "Preserved thinking wants every earlier reasoning_content back, complete and unchanged.",
      "启用保留思考时，之前的每个 reasoning_content 都必须完整、原样传回。"
    ],
    [
      "A chunk may have no choices, for example one that holds only the usage.",
      "有的数据块没有 choices，例如只含用量的那一个。"
    ],
    [
      "With tool_stream, arguments come in fragments; only those of the same index belong together.",
      "使用 tool_stream 时参数分段到达，只有 index 相同的属于同一个调用。"
    ],
    ["Fields of other vendors are ignored or refused.", "其他厂商的字段会被忽略或拒绝。"],
    [
      "A field that the service does not know has no effect, and nobody is told.",
      "服务端不认识的字段不起作用，也不会有任何提示。"
    ],
    [
      "Requests to another path are answered with 404, and over http:// the key travels unencrypted.",
      "发往其他路径的请求返回 404；用 http:// 时密钥以明文传输。"
    ],
    ["Whoever reads the code can use it.", "能看到代码的人都能使用它。"],
    // What to write instead
    ['{code} (for pictures: "glm-4.6v")', '{code}（图片用 "glm-4.6v"）'],
    ["The same code in lower case.", "同一个编码，改为小写。"],
    [
      "Keep the one that you tune, and leave the other out: it then has its default",
      "保留要调节的那个，去掉另一个（会使用默认值）"
    ],
    ["A value in the range; for the same answer each time {code}", "范围内的值；如果要每次得到同样的回答，用 {code}"],
    ["{code} or less", "{code} 或更小"],
    ['{code}, or "disabled"', '{code}，或 "disabled"'],
    [
      '{code} to answer as before, or "enabled" to say that it is meant',
      '{code}，回答方式与以前相同；或用 "enabled" 表明是有意开启'
    ],
    ["{code}, the default, or up to 131072", "{code}（默认值），最大 131072"],
    ["{code} or more, or {other}", "{code} 或更大，或 {other}"],
    ["Read {one} beside {other}", "除 {other} 外，也读取 {one}"],
    ["{one} beside {other}", "{one}，与 {other} 一起"],
    ["{one} with {other}", "{one}，配合 {other}"],
    ["max_tokens up to {limit}", "max_tokens 最大 {limit}"],
    ["{code}, with the schema in the prompt", "{code}，并把 schema 写进提示词"],
    [
      "Keep reasoning_content in the assistant turn, or leave clear_thinking out",
      "在模型的消息里保留 reasoning_content，或去掉 clear_thinking"
    ],
    ["Skip such chunks: {code}, before {other}", "跳过这样的数据块：{code}，写在 {other} 之前"],
    ["Skip such chunks: {code}", "跳过这样的数据块：{code}"],
    [
      "Join delta.tool_calls[i].function.arguments by index, and parse them at the end",
      "按 index 拼接 delta.tool_calls[i].function.arguments，结束后再解析"
    ],
    ["Leave it out.", "去掉它。"],
    ["Ask several times.", "多次请求。"],
    ["user_id, 6 to 128 characters", "user_id，6 到 128 个字符"],
    ["The field that was meant", "原本要写的字段"],
    [
      "https://open.bigmodel.cn/api/paas/v4 or https://api.z.ai/api/paas/v4",
      "https://open.bigmodel.cn/api/paas/v4 或 https://api.z.ai/api/paas/v4"
    ],
    [
      "Read it from the environment, for example ZHIPU_API_KEY, and replace the key",
      "从环境变量读取，例如 ZHIPU_API_KEY，并更换密钥"
    ],
    // The end
    ["Nothing was checked.", "没有检查任何内容。"],
    ["{count} file checked: nothing to change for GLM-4.6.", "检查了 {count} 个文件：迁移到 GLM-4.6 不需要改动。"],
    ["{count} files checked: nothing to change for GLM-4.6.", "检查了 {count} 个文件：迁移到 GLM-4.6 不需要改动。"],
    [
      "{files} file checked: {count} finding, {must} of them must be changed.",
      "检查了 {files} 个文件：发现 {count} 个问题，其中 {must} 个必须修改。"
    ],
    [
      "{files} file checked: {count} findings, {must} of them must be changed.",
      "检查了 {files} 个文件：发现 {count} 个问题，其中 {must} 个必须修改。"
    ],
    [
      "{files} files checked: {count} finding, {must} of them must be changed.",
      "检查了 {files} 个文件：发现 {count} 个问题，其中 {must} 个必须修改。"
    ],
    [
      "{files} files checked: {count} findings, {must} of them must be changed.",
      "检查了 {files} 个文件：发现 {count} 个问题，其中 {must} 个必须修改。"
    ],
    ["{count} change was made as above.", "已按上面的差异修改 {count} 处。"],
    ["{count} changes were made as above.", "已按上面的差异修改 {count} 处。"],
    ["{file}: no request and no call of the API found in it", "{file}：其中没有请求，也没有 API 调用"]
  ]
}
