/** The help in Chinese, by the English text. Loaded only where that is the language. Pure data. */

/** @internal */
export const chinese: ReadonlyMap<string, string> = new Map([
  // Titles
  ["Usage: ", "用法："],
  ["[options]", "[选项]"],
  ["Options:", "选项："],
  ["Commands:", "命令："],
  ["Commands beside chat:", "对话之外的命令："],
  ["Environment:", "环境变量："],
  ["Exit codes:", "退出码："],
  ["Examples:", "示例："],
  ["See also:", "另见："],
  ["Files:", "文件："],
  ["Settings:", "设置项："],
  ["Checks:", "检查项："],
  ["Levels:", "级别："],
  // Commands
  [
    "Asks a GLM model and streams the answer: the answer on standard output, reasoning and notices on standard error. Piped standard input goes before the prompt. A prompt that is the name of a command, or begins with a dash, goes after --.",
    "向 GLM 模型提问，流式输出回答：回答写到标准输出，思考和提示写到标准错误。管道输入放在提示词之前。如果提示词恰好是命令名或以短横线开头，请写在 -- 之后。"
  ],
  [
    "Holds a conversation at a terminal, as zhipu alone does; a prompt begins it.",
    "在终端里进行对话，与单独运行 zhipu 相同；可以带上第一条提示词。"
  ],
  [
    "Lists the conversations that are kept, shows one, searches all of them, and deletes.",
    "列出、显示、搜索和删除已保存的对话。"
  ],
  [
    "Sets what else an option or a variable would say each time, such as the model.",
    "保存常用设置（例如模型），不必每次都写选项或环境变量。"
  ],
  [
    "Stores API keys in a file that nobody else may read, so that none need stand in the environment.",
    "把 API 密钥保存到只有本人可读的文件，不必放在环境变量里。"
  ],
  [
    "Prompts that are used again, with names in braces for what differs.",
    "可重复使用的提示词，用花括号中的变量表示变化的部分。"
  ],
  [
    "Prints a token (JWT) signed with the API key, for programs that cannot sign one.",
    "打印用 API 密钥签名的令牌（JWT），供无法自行签名的程序使用。"
  ],
  [
    "Starts a simulator of the service, until Ctrl-C, and prints its base URL and a key that it takes.",
    "启动服务端的模拟器，按 Ctrl-C 结束；打印地址和可用的密钥。"
  ],
  [
    "Asks as zhipu does, and writes down what goes over the wire: requests, answers and their timing, without keys. Prompts are in it. Without an API key it is the built-in simulator that is recorded.",
    "像 zhipu 一样提问，同时记录网络上传输的内容：请求、回答及其时间，不含密钥，但包含提示词。没有 API 密钥时，录下的是内置模拟器。"
  ],
  [
    "Prints the answers of a recording as zhipu does, or with --port gives them over HTTP, and asks nobody.",
    "像 zhipu 一样打印录制的回答，或用 --port 通过 HTTP 提供；不访问真实的服务。"
  ],
  [
    "Prints what each model can do and costs, and which is asked by default.",
    "打印各个模型的能力和价格，以及哪个是默认模型。"
  ],
  [
    "Shows calls live in a browser, until Ctrl-C: rates, errors, latencies, tokens and alerts. It prints where. With --url these are the calls of an application that has mounted the routes of @effect-zhipu/monitor; without, those of a demonstration against the built-in simulator. It does not see the calls of other programs.",
    "在浏览器里实时显示调用情况（速率、错误、延迟、token 和告警），按 Ctrl-C 结束；启动时打印页面地址。给出 --url 时显示挂载了 @effect-zhipu/monitor 路由的应用的调用，否则显示针对内置模拟器的演示。看不到其他程序的调用。"
  ],
  [
    "Looks at key, host, region, clock, proxy and first token, and says what is wrong and what to do.",
    "检查密钥、服务地址、站点、时钟、代理和首个 token，指出问题和处理办法。"
  ],
  [
    "Checks requests, and code that calls the API, against the checklist for GLM-4.6.",
    "按 GLM-4.6 迁移清单检查请求和调用 API 的代码。"
  ],
  ["Prints the vector of a text, or of several: one a line.", "打印一段或多段文本的向量，每行一个。"],
  [
    "Finds the texts of a file that are nearest to a query, by their vectors.",
    "按向量在文件中找出与查询最接近的文本。"
  ],
  ["Brings lines of text into the order of how well they answer a query.", "按与查询的相关程度对文本行重新排序。"],
  ["Counts the tokens of a text, or of messages.", "统计文本或消息的 token 数。"],
  [
    "Judges text, images, sound or video: PASS, REVIEW or REJECT, and the risks.",
    "审核文本、图片、音频或视频：PASS、REVIEW 或 REJECT，以及风险类型。"
  ],
  ["Searches the web: title, address, date and text of each page.", "联网搜索：每个网页的标题、地址、日期和内容。"],
  ["Prints the text of a web page, which the service fetches.", "由服务端抓取网页并打印其文本。"],
  ["Makes an image from words, and prints where it was written.", "根据文字生成图片，并打印写入的位置。"],
  [
    "Makes a video from words or images, waits for it, and prints where it was written. Stopped, even killed, and called again with the same words, it goes on with the same video.",
    "根据文字或图片生成视频，等待完成并打印写入的位置。中断（甚至被强行终止）后，用同样的文字再次运行，会继续等待同一个视频。"
  ],
  ["Sends files to the service, lists, fetches and removes them.", "上传、列出、下载和删除服务端的文件。"],
  [
    "Runs a file of calls at half the price, within a day or so. Stopped, even killed, and called again with the same file, run goes on with the same batch.",
    "以半价执行一个文件中的全部调用，一天左右完成。中断（甚至被强行终止）后，用同一个文件再次运行 run，会继续同一个批处理。"
  ],
  ["Looks at a task, such as a video, or waits for it.", "查看任务（例如视频），或等待其完成。"],
  [
    "Prints how much of a Coding Plan is used. The vendor does not document the call.",
    "打印 Coding Plan 的用量。官方没有提供此接口的文档。"
  ],
  ["Prints a completion script for bash, zsh or fish.", "打印 bash、zsh 或 fish 的补全脚本。"],
  // Options
  ["The model. Default: ZHIPU_MODEL, or glm-4.6.", "模型。默认取 ZHIPU_MODEL，没有时为 glm-4.6。"],
  ["Instructions that stand above the conversation.", "系统提示词，放在对话之前。"],
  [
    "A JSON array of messages: earlier turns. A prompt is added as a last turn. - is standard input.",
    "消息的 JSON 数组，即此前的对话；提示词作为最后一条用户消息加入。- 表示标准输入。"
  ],
  [
    "A file or URL that goes with the prompt: text, image, video or document. May be repeated.",
    "随提示词发送的文件或 URL：文本、图片、视频或文档。可以重复。"
  ],
  ["Ask by this template: zhipu templates lists them.", "使用此模板提问：zhipu templates 列出全部模板。"],
  ["What stands for {{name}} in the template. May be repeated.", "模板中 {{name}} 的值。可以重复。"],
  ["Go on with the last conversation.", "继续最近的对话。"],
  ["Go on with this conversation: zhipu logs lists them.", "继续此对话：zhipu logs 列出全部对话。"],
  ["Keep the conversation, also where no terminal is.", "保存对话，没有终端时也保存。"],
  ["Keep nothing of it.", "不保存任何内容。"],
  [
    "Print a value of this JSON Schema, as JSON. Fields: name, age int, bio: one sentence.",
    "以 JSON 打印符合此 JSON Schema 的值。字段写法：name, age int, bio: 一句话。"
  ],
  ["Print the first block of code of the answer alone.", "只打印回答中的第一个代码块。"],
  ["Let the service search the web for the answer.", "让服务端联网搜索后回答。"],
  ["A JSON array of tools that the model may call.", "模型可以调用的工具的 JSON 数组。"],
  [
    "MCP servers whose tools the model may call: a file mcp.json. May be repeated.",
    "供模型使用工具的 MCP 服务器：mcp.json 文件。可以重复。"
  ],
  [
    "A module whose exported functions the model may call. May be repeated.",
    "模块，模型可以调用其中导出的函数。可以重复。"
  ],
  [
    "Tools that run unasked, with commas between; * is all of them.",
    "不经询问直接执行的工具，用逗号分隔；* 表示全部。"
  ],
  ["Whether the model thinks before it answers.", "回答前是否思考。"],
  ["Show the arguments of tool calls as they come.", "工具调用的参数边生成边显示。"],
  ["0 to 1. Change this or --top-p, not both.", "0 到 1。与 --top-p 只改其中一个。"],
  ["0.01 to 1.", "0.01 到 1。"],
  ["The longest answer, thinking included.", "最大输出 token 数，包括思考。"],
  ["Do not show what the model thinks.", "不显示思考内容。"],
  ["Print the answer as one ChatCompletion, in JSON.", "以 JSON 打印一个 ChatCompletion。"],
  ["Print each event as a line of JSON, as it comes.", "每个事件打印为一行 JSON，随到随出。"],
  ["Ask for the whole answer at once.", "一次性获取完整回答，不用流式。"],
  ["Lay the answer out as Markdown, also where it is piped on.", "渲染 Markdown，输出到管道时也渲染。"],
  ["Print the text of the answer as it is, also on a terminal.", "原样打印回答，在终端里也不渲染。"],
  [
    "Send the key itself, or a token signed with it. Default: ZHIPU_AUTH, or api-key.",
    "直接发送密钥，或发送用密钥签名的令牌。默认取 ZHIPU_AUTH，没有时为 api-key。"
  ],
  [
    "Where the service is. Default: ZHIPU_BASE_URL, or by the key.",
    "服务地址。默认取 ZHIPU_BASE_URL，没有时由密钥决定。"
  ],
  [
    "How long everything may take, for example 90, 90s or 5m. Default: no limit.",
    "总时限，例如 90、90s 或 5m。默认不限。"
  ],
  ["Read the API key from the first line of standard input.", "从标准输入的第一行读取 API 密钥。"],
  ["Print the request, as it would be sent, and send nothing.", "打印将要发送的请求，但不发送。"],
  ["Let the built-in simulator answer, whatever keys there are.", "由内置的模拟器回答，不论有没有密钥。"],
  [
    "Faults of the simulator, for example code:1305*2 or truncate@512; help lists all.",
    "向模拟器注入的故障，例如 code:1305*2 或 truncate@512；help 列出全部。"
  ],
  [
    "Say what was attached, and what it cost, also where standard error is no terminal.",
    "显示附带的文件和花费，标准错误不是终端时也显示。"
  ],
  [
    "Print JSON: the list, or the messages as --messages reads them.",
    "打印 JSON：列表，或 --messages 可以读取的消息。"
  ],
  ["How many are listed at the most. Default: 20.", "最多列出多少个。默认 20。"],
  ["With delete: every conversation.", "与 delete 一起使用：全部对话。"],
  ["Print what is set as JSON.", "以 JSON 打印已有的设置。"],
  [
    "With set: bigmodel.cn (cn, the default) or z.ai (global).",
    "与 set 一起使用：bigmodel.cn（cn，默认）或 z.ai（global）。"
  ],
  [
    "How long the token is valid, for example 90s or 1h. Default: 30 minutes.",
    "令牌的有效期，例如 90s 或 1h。默认 30 分钟。"
  ],
  ["The port to listen on. Default: any free one.", "监听的端口。默认任意空闲端口。"],
  ["The address to listen on.", "监听的地址。"],
  ["Another seed, other answers. Default: 1.", "种子不同，回答也不同。默认 1。"],
  ["Milliseconds before the first token. Default: 0.", "首个 token 的延迟（毫秒）。默认 0。"],
  ["Tokens per second. Default: as fast as they are read.", "每秒 token 数。默认不限速。"],
  ["Requests at once; more are refused with code 1302.", "并发请求数的上限；超出的返回 1302。"],
  ["Print base URL and key as JSON.", "以 JSON 打印地址和密钥。"],
  ["Replace the recording, if there is one in this file.", "替换文件中已有的录制。"],
  [
    "Whether answers take as long as they took. Default: none, at once.",
    "是否按录制时的速度给出回答。默认 none，立即给出。"
  ],
  [
    "Answer over HTTP on this port, until Ctrl-C; 0 is any free one.",
    "在此端口通过 HTTP 回答，按 Ctrl-C 结束；0 表示任意空闲端口。"
  ],
  ["The address to listen on, with --port.", "与 --port 一起使用：监听的地址。"],
  [
    "Print each answer as one ChatCompletion, in JSON; with --port, base URL and key.",
    "每个回答以 JSON 打印为一个 ChatCompletion；与 --port 一起时打印地址和密钥。"
  ],
  ["Print each event as a line of JSON.", "每个事件打印为一行 JSON。"],
  ["Print the table as JSON.", "以 JSON 打印表格。"],
  [
    "Print what the service names for the key, which leaves out models that work.",
    "打印服务端为该密钥列出的模型，有些可用的模型不在其中。"
  ],
  ["The port of the page. Default: any free one.", "页面的端口。默认任意空闲端口。"],
  [
    "The address of the page. Nobody is asked who they are: leave it local.",
    "页面的地址。访客无需验证身份：请保持为本机地址。"
  ],
  [
    "Where an application has mounted its monitor, for example http://127.0.0.1:3000/monitor.",
    "应用挂载监控的地址，例如 http://127.0.0.1:3000/monitor。"
  ],
  ["Print the checks as one JSON document.", "以一个 JSON 文档打印检查结果。"],
  ["Look at the settings alone, and ask nothing of the network.", "只检查设置，不访问网络。"],
  ["The model to ask. Default: ZHIPU_MODEL, or glm-4.6.", "要提问的模型。默认取 ZHIPU_MODEL，没有时为 glm-4.6。"],
  [
    "How long each question may take. Default: 10s to reach, 30s for the answer.",
    "每次请求的时限。默认连接 10s，回答 30s。"
  ],
  ["Print the findings as one JSON document.", "以一个 JSON 文档打印检查结果。"],
  [
    "The least level that is told of, and ends with 1. Default: should, which is both.",
    "要列出的最低级别，有问题时以 1 退出。默认 should，即两种级别都列出。"
  ],
  [
    "Write what has one certain replacement, and print the diff; the rest stays advice.",
    "直接改好只有一种改法的问题，并打印差异；其余仍只给建议。"
  ],
  ["Print the rules, and check nothing.", "只打印规则，不检查。"],
  [
    "A file of text to take, in place of words. - is standard input.",
    "从文件读取文本，代替命令行上的文字。- 表示标准输入。"
  ],
  ["Take each line as a text of its own.", "每行作为一段独立的文本。"],
  ['Take lines of {"id": …, "text": …}.', '读取形如 {"id": …, "text": …} 的行。'],
  ["The model. Default: embedding-3.", "模型。默认 embedding-3。"],
  ["How long the vectors are: 256, 512, 1024 or 2048.", "向量的维度：256、512、1024 或 2048。"],
  ["Texts a call, 1 to 64.", "每次调用的文本数，1 到 64。"],
  [
    "json, jsonl, csv; base64 or hex of 32-bit floats. Default: json, for several texts jsonl.",
    "json、jsonl、csv；或 32 位浮点数的 base64、hex。默认 json，多段文本时为 jsonl。"
  ],
  ["Make each vector as long as 1.", "把每个向量归一化为长度 1。"],
  ["Print the answer of the service as one JSON document.", "以一个 JSON 文档打印服务端的回答。"],
  ["The texts to search, one a line. - is standard input.", "要搜索的文本，每行一段。- 表示标准输入。"],
  ["How many to print. Default: 5.", "打印多少个。默认 5。"],
  ["How many to print. Default: all.", "打印多少个。默认全部。"],
  ["Print the score before each text.", "在每段文本前打印分数。"],
  ["Print scores that are not brought into 0 to 1.", "打印未归一化到 0 到 1 的分数。"],
  ["The model. Default: glm-4.6.", "模型。默认 glm-4.6。"],
  [
    "A JSON array of messages, in place of a text. - is standard input.",
    "消息的 JSON 数组，代替文本。- 表示标准输入。"
  ],
  ["A JSON array of tools, which count too.", "工具的 JSON 数组，也计入。"],
  ["An image to judge.", "要审核的图片。"],
  ["Sound to judge.", "要审核的音频。"],
  ["A video to judge.", "要审核的视频。"],
  ["Exit with 6 from this verdict on.", "结论达到此级别时以 6 退出。"],
  [
    "search_pro (default), search_std, search_pro_sogou, search_pro_quark.",
    "search_pro（默认）、search_std、search_pro_sogou、search_pro_quark。"
  ],
  ["How many pages, 1 to 50. Default: 10.", "网页数，1 到 50。默认 10。"],
  ["Pages of this domain alone.", "只要此域名的网页。"],
  ["Pages that are no older.", "网页的时间范围。"],
  ["How much of each page.", "每个网页返回多少内容。"],
  ["Let the service find out first whether there is anything to search for.", "先由服务端判断是否需要搜索。"],
  ["Print the addresses alone.", "只打印地址。"],
  ["Default: markdown.", "默认 markdown。"],
  ["Have the page fetched anew.", "重新抓取网页，不用缓存。"],
  ["Leave images out.", "去掉图片。"],
  ["Print the links of the page in place of its text, with their words.", "打印网页中的链接及其文字，代替正文。"],
  ["Print the images of the page in place of its text, with their words.", "打印网页中的图片及其文字，代替正文。"],
  ["The model. Default: cogview-4.", "模型。默认 cogview-4。"],
  ["For example 1024x768.", "例如 1024x768。"],
  ["How much care is taken.", "生成质量。"],
  ["How many images; each is a call, and paid for.", "图片数；每张是一次调用，分别计费。"],
  ["Without the watermark, for accounts that may.", "不加水印，仅限有权限的账户。"],
  ["Make it as a task, whose id is told first. Of glm-image alone.", "以任务方式生成，先给出任务 ID。仅限 glm-image。"],
  ["Write the image to a file. - is standard output.", "把图片写入文件。- 表示标准输出。"],
  ["Replace a file that is there.", "替换已有的文件。"],
  ["Print the link, and fetch nothing.", "只打印链接，不下载。"],
  ["The model. Default: cogvideox-3.", "模型。默认 cogvideox-3。"],
  ["An image to begin with; a second one to end with.", "首帧图片；第二张为尾帧。"],
  ["For example 1920x1080.", "例如 1920x1080。"],
  ["Seconds.", "时长（秒）。"],
  ["30 or 60.", "30 或 60。"],
  ["With sound.", "带声音。"],
  ["Of viduq1-text.", "用于 viduq1-text。"],
  ["The shape of the picture, of vidu models.", "画面比例，用于 vidu 模型。"],
  ["How much moves, of vidu models.", "运动幅度，用于 vidu 模型。"],
  ["Write the cover, an image, to this file as well.", "另把封面图片写入此文件。"],
  ["Write the video to a file. - is standard output.", "把视频写入文件。- 表示标准输出。"],
  ["Print the id, and end.", "打印 ID 后结束。"],
  [
    "create, run: what the service keeps with the batch. May be repeated.",
    "create、run：随批处理任务保存的元数据。可以重复。"
  ],
  [
    "Make another one, though the last one with these words was not fetched.",
    "即使用同样文字生成的上一个视频还没有下载，也重新生成。"
  ],
  ["How often to look. Default: often at first, then less.", "查询间隔。默认开始时较频繁，之后逐渐放慢。"],
  [
    "What the files are for: batch, agent … Default: batch, for .jsonl.",
    "文件的用途：batch、agent…… .jsonl 默认 batch。"
  ],
  ["Write the file to a file. - is standard output.", "把内容写入文件。- 表示标准输出。"],
  ["Removing a file that is not there is no error.", "删除不存在的文件不算错误。"],
  ["make: instructions above each line.", "make：每行之前的系统提示词。"],
  ["make: what ids begin with. Default: line-.", "make：ID 的前缀。默认 line-。"],
  ["What the lines are for. Default: /v4/chat/completions.", "各行要调用的接口。默认 /v4/chat/completions。"],
  ["Leave the file of the calls with the service.", "把调用文件留在服务端。"],
  ["Write answers to a file. - is standard output.", "把回答写入文件。- 表示标准输出。"],
  [
    "Write failed lines to this file. Default: standard error tells how many.",
    "把失败的行写入此文件。默认只在标准错误给出数量。"
  ],
  ["Write images or videos to a file. - is standard output.", "把图片或视频写入文件。- 表示标准输出。"],
  // General
  [
    "Print this help, or that of a command. So do zhipu help, and zhipu help <command>.",
    "打印本帮助，或某个命令的帮助；与 zhipu help、zhipu help <命令> 相同。"
  ],
  ["Print the version.", "打印版本。"],
  ["The same as zhipu completions; sh is bash.", "与 zhipu completions 相同；sh 即 bash。"],
  ["Print this help.", "打印本帮助。"],
  ["Asks, and writes down what goes over the wire, without keys.", "提问并记录网络上传输的内容，不含密钥。"],
  ["Answers from such a recording, at the terminal or over HTTP.", "用录制的内容回答，在终端里或通过 HTTP。"],
  [
    "Shows the calls of an application, or of a demonstration, live in a browser.",
    "在浏览器里实时显示应用或演示的调用。"
  ],
  [
    "Vectors of texts, the nearest texts, texts by how well they answer.",
    "文本的向量、最接近的文本、按相关程度排序的文本。"
  ],
  ["How many tokens a text has, and whether it may be shown.", "文本的 token 数，以及是否合规。"],
  ["Pages of the web, and the text of one.", "网页搜索，以及单个网页的文本。"],
  ["Images and videos from words.", "根据文字生成图片和视频。"],
  ["Files of the service, calls as a batch, and tasks that take their time.", "服务端的文件、批处理和耗时的任务。"],
  ["How much of a Coding Plan is used.", "Coding Plan 的用量。"],
  [
    "The key. Without any, the built-in simulator answers at a terminal, and nobody elsewhere.",
    "密钥。没有密钥时，终端里的提问由内置的模拟器回答，其他情况下不回答。"
  ],
  ["Where the service is; or ZHIPU_REGION: cn or global.", "服务地址；也可以用 ZHIPU_REGION 指定 cn 或 global。"],
  ["The model, where --model is not given.", "没有给出 --model 时使用的模型。"],
  ["Instructions and thinking, where the options are not given.", "没有给出选项时的系统提示词和思考开关。"],
  ["0: conversations are not kept; 1: also where no terminal is.", "0：不保存对话；1：没有终端时也保存。"],
  ["1: the built-in simulator answers, as with --simulate.", "1：由内置的模拟器回答，同 --simulate。"],
  ["api-key or jwt, where --auth is not given.", "没有给出 --auth 时：api-key 或 jwt。"],
  ["Seconds, where --timeout is not given.", "没有给出 --timeout 时的秒数。"],
  ["How often a request is sent again at most.", "最多重试的次数。"],
  ["As everywhere.", "与通常含义相同。"],
  ["Done.", "完成。"],
  ["Another error, such as an unknown model.", "其他错误，例如模型不存在。"],
  ["The command line, or a file it names, cannot be used.", "命令行或其中的文件无法使用。"],
  ["Authentication, permission, account or configuration.", "身份验证、权限、账户或配置问题。"],
  ["Rate limit, quota or balance.", "限流、额度或余额问题。"],
  ["Network, overload, failure of the service, or a deadline.", "网络、过载、服务故障或超时。"],
  ["The content was filtered.", "被内容审核拦截。"],
  ["The stream broke off or was corrupt.", "流中断或损坏。"],
  [
    "Stopped by Ctrl-C; 143 by SIGTERM, 141 because nobody reads the answer.",
    "被 Ctrl-C 停止；143 为 SIGTERM，141 为下游已关闭管道。"
  ],
  // Pages
  [
    "Options may stand before or after the prompt; of one that is repeated, the last counts (each --file does). There is no option for the key itself, as it would stand in the history and in ps: set ZHIPU_API_KEY, or use --key-stdin.",
    "选项可以写在提示词之前或之后；重复的选项以最后一个为准（--file 除外，每个都有效）。没有用来直接传入密钥的选项，否则密钥会留在历史记录和 ps 里：请设置 ZHIPU_API_KEY，或使用 --key-stdin。"
  ],
  [
    "Alone on a terminal, zhipu holds a conversation: /help there tells of its commands, Ctrl-C stops an answer, Ctrl-D ends.",
    "在终端里单独运行 zhipu 会进入对话：/help 列出其中的命令，Ctrl-C 停止当前回答，Ctrl-D 结束。"
  ],
  [
    "UTF-8, or UTF-16 with a byte order mark: goes before the prompt, under its name.",
    "文本：UTF-8，或带 BOM 的 UTF-16；连同文件名放在提示词之前。"
  ],
  [
    "png or jpeg of up to 5 MB, for a model that can see: glm-4.6v, for example.",
    "图片：不超过 5 MB 的 png 或 jpeg，用于支持图片的模型，例如 glm-4.6v。"
  ],
  [
    "mp4, mov, mkv; pdf, doc, docx, xlsx, pptx. zhipu models tells which model takes them.",
    "视频：mp4、mov、mkv；文档：pdf、doc、docx、xlsx、pptx。哪些模型支持，见 zhipu models。"
  ],
  [
    "The service fetches them. Before one whose name does not tell: image:, video: or file:.",
    "URL：由服务端下载。从名称看不出类型时，在前面加 image:、video: 或 file:。"
  ],
  ["Holds a conversation.", "进行对话。"],
  ["Asks, and shows the answer as it comes.", "提问，回答边生成边显示。"],
  ["Asks about what is piped in; only the answer is piped on.", "针对管道输入提问；传给下一个程序的只有回答。"],
  [
    "Asks within the last conversation; zhipu -c alone goes on with it.",
    "在最近的对话里追问一句；单独运行 zhipu -c 则继续该对话。"
  ],
  ["Prints one ChatCompletion.", "打印一个 ChatCompletion。"],
  ["Goes on with a conversation.", "继续一段对话。"],
  ["Asks about a text file, which goes before the prompt.", "针对文本文件提问，文件放在提示词之前。"],
  ["Asks a model that can see about an image.", "让支持图片的模型看图回答。"],
  ["Prints the request, and sends nothing.", "打印请求，但不发送。"],
  ["Asks with the word models as the prompt.", "以 models 这个词为提示词提问。"],
  [
    "/help there tells of its commands, Ctrl-C stops an answer, Ctrl-D ends. Each turn is kept when its answer has come, in a file that nobody else may read: zhipu logs path tells where. Keys are not in it. --no-log keeps nothing, nor does ZHIPU_LOG=0.",
    "/help 列出其中的命令，Ctrl-C 停止当前回答，Ctrl-D 结束。每一轮在回答完成后保存到只有本人可读的文件，位置见 zhipu logs path；其中没有密钥。--no-log 或 ZHIPU_LOG=0 不保存任何内容。"
  ],
  ["Begins a conversation.", "开始一段对话。"],
  ["Goes on with the last one.", "继续最近的一段。"],
  [
    "Goes on with one of zhipu logs; the begin or the end of the id will do.",
    "继续 zhipu logs 中的一段；ID 可以只写开头或结尾。"
  ],
  ["Goes on with the messages of a file.", "接着文件中的消息继续。"],
  ["Asks one thing within the last conversation.", "在最近的对话里追问一句。"],
  ["The conversations that are kept.", "已保存的对话。"],
  [
    "What a person asks at a terminal is kept; what a script asks is not, but with --log or ZHIPU_LOG=1. A conversation is a file, to which each turn is added; the folder has the permissions 700, its files 600. For an id its begin or end will do, or last.",
    "终端里的提问会保存；脚本里的提问不保存，除非加 --log 或 ZHIPU_LOG=1。每段对话是一个文件，逐轮追加；目录权限为 700，文件为 600。ID 可以只写开头或结尾，也可以写 last。"
  ],
  [
    "Lists the last conversations: id, time (UTC), turns, model, first prompt.",
    "列出最近的对话：ID、时间（UTC）、轮数、模型、第一条提示词。"
  ],
  ["Prints the last one.", "打印最近的一段。"],
  ["Writes its messages, as --messages reads them.", "写出其中的消息，--messages 可以读取。"],
  ["Prints where the word stands.", "打印包含该词的位置。"],
  ["Deletes every conversation.", "删除全部对话。"],
  ["Goes on with one.", "继续其中一段。"],
  [
    "The file is config.json in $XDG_CONFIG_HOME/zhipu, by default ~/.config/zhipu. An option goes before a variable, a variable before the file. Keys are not in it: zhipu keys stores them.",
    "文件是 $XDG_CONFIG_HOME/zhipu（默认 ~/.config/zhipu）中的 config.json。优先级依次为选项、环境变量、文件。其中没有密钥：密钥由 zhipu keys 保存。"
  ],
  ["The model (ZHIPU_MODEL).", "模型（ZHIPU_MODEL）。"],
  ["Instructions, where --system is not given (ZHIPU_SYSTEM).", "没有给出 --system 时的系统提示词（ZHIPU_SYSTEM）。"],
  ["enabled or disabled (ZHIPU_THINKING).", "enabled 或 disabled（ZHIPU_THINKING）。"],
  ["show or hide (ZHIPU_REASONING).", "show 或 hide（ZHIPU_REASONING）。"],
  [
    "on: also what scripts ask is kept; off: nothing is (ZHIPU_LOG).",
    "on：脚本里的提问也保存；off：什么都不保存（ZHIPU_LOG）。"
  ],
  [
    "Which of the stored keys is used (ZHIPU_KEY). Default: the first.",
    "使用哪个已保存的密钥（ZHIPU_KEY）。默认第一个。"
  ],
  ["Where the service is (ZHIPU_REGION, ZHIPU_BASE_URL).", "服务地址（ZHIPU_REGION、ZHIPU_BASE_URL）。"],
  ["api-key or jwt (ZHIPU_AUTH).", "api-key 或 jwt（ZHIPU_AUTH）。"],
  ["As --timeout (ZHIPU_TIMEOUT), and ZHIPU_MAX_RETRIES.", "同 --timeout（ZHIPU_TIMEOUT）和 ZHIPU_MAX_RETRIES。"],
  ["Asks this model where none is named.", "没有指定模型时使用这个模型。"],
  ["Prints what is set.", "打印已有的设置。"],
  ["Takes it away.", "去掉该设置。"],
  [
    "set asks for the key at a terminal, without showing it, and elsewhere reads the first line of standard input. The file is keys.json beside that of zhipu config, with the permissions 600. A key of the environment goes before all of them. No key is ever printed.",
    "set 在终端里提示输入密钥（输入时不显示），没有终端时读取标准输入的第一行。密钥保存在与 zhipu config 的文件同级的 keys.json，权限 600。环境变量里的密钥优先。密钥从不打印。"
  ],
  ["Stores a key of bigmodel.cn.", "保存 bigmodel.cn 的密钥。"],
  ["Stores a key of z.ai.", "保存 z.ai 的密钥。"],
  ["Stores one under a name of its own.", "以自定义的名称保存。"],
  ["Uses that.", "使用该密钥。"],
  ["Prints names and regions, and which is in use.", "打印名称、站点，以及正在使用的是哪个。"],
  ["Tells whether the key works.", "检查密钥是否可用。"],
  [
    "A template is a text with names in braces: {{input}} is the prompt, with what is piped in; {{language}} is given by --param language=French; for {{language|English}} English stands where it is not given. Without {{input}} the prompt goes after the text. Between two lines of --- above the text, model, system, thinking, temperature, top-p and max-tokens may be set, as in model: glm-4.6; options go before them. set reads standard input, edit opens $VISUAL or $EDITOR.",
    "模板是带花括号变量的文本：{{input}} 代表提示词和管道输入；{{language}} 的值由 --param language=法语 给出；{{language|英语}} 表示没有给出时取“英语”。没有 {{input}} 时，提示词接在正文之后。正文之前、两行 --- 之间可以写 model、system、thinking、temperature、top-p 和 max-tokens，例如 model: glm-4.6；命令行选项优先。set 读取标准输入，edit 打开 $VISUAL 或 $EDITOR。"
  ],
  ["Makes one.", "新建一个。"],
  ["Asks by it.", "用该模板提问。"],
  ["Holds a conversation with its model and its instructions.", "用模板里的模型和系统提示词进行对话。"],
  ["Lets curl ask with a token in the place of the key.", "让 curl 用令牌代替密钥提问。"],
  ["Answers at http://127.0.0.1:8080/api/paas/v4.", "在 http://127.0.0.1:8080/api/paas/v4 回答。"],
  ["Refuses two requests as overloaded, then answers.", "先对两个请求返回过载，然后正常回答。"],
  ["Answers at the pace of a model.", "按真实模型的速度回答。"],
  [
    "The address of the page goes to standard output, all else to standard error. An application makes its monitor with Monitor.layer and mounts Dashboard.routes of @effect-zhipu/monitor in its HTTP server; give the address where they are mounted. It has to be there when this begins; where it does not answer later, the page keeps its last figures.",
    "页面地址写到标准输出，其余写到标准错误。应用通过 Monitor.layer 创建监控，并在其 HTTP 服务器中挂载 @effect-zhipu/monitor 的 Dashboard.routes；这里给出挂载的地址。启动时该地址必须可用；之后如果没有响应，页面保留最后的数据。"
  ],
  ["The port is taken, or cannot be listened on.", "端口已被占用，或无法监听。"],
  ["The port cannot be one, or no monitor answers at the URL.", "端口无效，或该 URL 处没有监控。"],
  ["Stopped by Ctrl-C; 143 by SIGTERM.", "被 Ctrl-C 停止；143 为 SIGTERM。"],
  ["Shows a demonstration, on any free port.", "显示演示，使用任意空闲端口。"],
  ["Shows it at http://127.0.0.1:4400.", "在 http://127.0.0.1:4400 显示。"],
  [
    "Shows the calls of an application that has mounted its monitor under /monitor.",
    "显示在 /monitor 挂载了监控的应用的调用。"
  ],
  ["A service to call, with faults and limits.", "可供调用的模拟服务，能模拟故障和限流。"],
  [
    "The file is a cassette of @effect-zhipu/testing, made to be committed and read in a diff: tests replay it, and so does zhipu replay. It is written when the call ends, also where that fails or is stopped by Ctrl-C. Alone on a terminal a conversation is recorded. A file that is there is never replaced without --force.",
    "文件是 @effect-zhipu/testing 的 cassette，适合提交到仓库并在 diff 中阅读：测试和 zhipu replay 都可以回放它。调用结束时写入，失败或被 Ctrl-C 停止时也会写入。在终端里不带提示词时录制整段对话。不加 --force 不会替换已有的文件。"
  ],
  ["Shows the answer, and records it.", "显示回答并录制。"],
  ["Records the simulator refusing twice, then answering.", "录制模拟器先拒绝两次、再回答的过程。"],
  ["Answers from the file.", "用该文件回答。"],
  [
    "Prints the answers in the order of the recording, each as zhipu prints it; a call that failed is told on standard error. With --port a program in any language can be tested with it: a request gets the recorded answer to an equal one (method, path, JSON body; request_id does not count), any key is taken, and what was not recorded is refused with status 400 and where it differs. Connections that broke off are broken off again, and where an answer was given up, there is silence.",
    "按录制的顺序打印回答，形式与 zhipu 相同；失败的调用在标准错误说明。用 --port 可以测试任何语言的程序：与录制时相同的请求（比较方法、路径和 JSON 请求体，不计 request_id）得到录制的回答，接受任何密钥，没有录制过的请求返回状态码 400，并指出哪里不同。录制时中断的连接会再次中断，录制时放弃的回答到放弃处为止，之后不再有内容。"
  ],
  ["The last answer is whole.", "最后一个回答完整。"],
  ["The file is missing or no recording.", "文件不存在，或不是录制文件。"],
  ["The last answer was given up while it was recorded.", "录制时中途放弃了最后一个回答。"],
  ["As zhipu exits for the last error of the recording.", "其他退出码：与 zhipu 遇到录制中最后一个错误时相同。"],
  ["Shows the answer as slowly as it came.", "按录制时的速度显示回答。"],
  ["Prints what it cost.", "打印花费。"],
  ["Makes the file.", "生成该文件。"],
  ["Answers whatever is asked.", "回答任何提问。"],
  [
    "Each line is a check, its status (ok, warn, fail or skip), what was seen, and after => what to do. The key is never shown, nor a part of it. Nothing waits longer than its deadline. The first token is measured with a real question of about 20 tokens; --offline asks nothing at all.",
    "每行是一项检查：结果（正常、警告、失败或跳过）、检查到的情况，=> 之后是处理办法。密钥及其任何部分都不会显示。每项检查都有时限。首个 token 的耗时用一次约 20 token 的真实提问来测量；--offline 不访问网络。"
  ],
  [
    "Which variable the key comes from, which others differ, and what a .env file says beside it.",
    "密钥：来自哪个变量，哪些变量与之不同，.env 文件里又写了什么。"
  ],
  [
    "Its kind and form, and whether it can be sent, or sign a token.",
    "密钥格式：密钥的种类和格式，能否发送，能否签发令牌。"
  ],
  [
    "Whether ZHIPU_AUTH, ZHIPU_REGION, ZHIPU_TIMEOUT and the others can be read (only where not).",
    "设置：ZHIPU_AUTH、ZHIPU_REGION、ZHIPU_TIMEOUT 等能否读取（只在不能时显示）。"
  ],
  ["Which host and path are used, and why.", "服务地址：使用哪个主机和路径，以及原因。"],
  [
    "Whether key and host belong together: keys of bigmodel.cn and z.ai are separate.",
    "站点：与密钥是否匹配。bigmodel.cn 和 z.ai 的密钥互不通用。"
  ],
  ["Whether the model is known to this version.", "模型：本版本是否认识。"],
  [
    "Which proxy requests go through, by HTTPS_PROXY, HTTP_PROXY and NO_PROXY.",
    "代理：请求经过哪个代理，由 HTTPS_PROXY、HTTP_PROXY 和 NO_PROXY 决定。"
  ],
  ["Whether the host answers, asked without the key.", "连通性：站点是否响应（不发送密钥）。"],
  [
    "How far this machine's clock is from the service's Date. Signed tokens carry times.",
    "时钟：与服务端 Date 响应头的偏差。签名的令牌带有时间。"
  ],
  ["Whether the key is taken, and how soon a first token comes.", "首个 token：密钥是否被接受，首个 token 多快到达。"],
  ["Nothing fails; there may be warnings.", "没有失败的检查；可能有警告。"],
  ["The model is unknown, or the request was refused.", "模型不存在，或请求被拒绝。"],
  ["The key, the clock or a setting is wrong, or the path of the base URL.", "密钥、时钟、设置或服务地址的路径有误。"],
  ["Rate limit, quota or balance: the key itself works.", "限流、额度或余额问题：密钥本身可用。"],
  ["The service cannot be reached, is overloaded, or does not answer in time.", "服务无法连接、过载或没有及时响应。"],
  ["Looks at the settings alone.", "只检查设置。"],
  ["Checks with a signed token, ten seconds a question at most.", "用签名的令牌检查，每次请求最多十秒。"],
  [
    "Prints {version, ok, exitCode, checks: [{name, status, seen, advice}]}, and takes what fails.",
    "打印 {version, ok, exitCode, checks: [{name, status, seen, advice}]}，并取出失败的条目。"
  ],
  ["A service to try it on.", "供试用的模拟服务。"],
  [
    "Reads requests (JSON, an array of them, or JSON Lines as for the batch API) and code that calls the API (TypeScript, JavaScript, Python, Jupyter notebooks, shell with curl) and names, with the line, what the move to GLM-4.6 asks to change, why, and what to write. A file named - is standard input. Nothing is sent, and without --fix nothing is changed. Code is read by patterns: what is put together at run time is not seen.",
    "读取请求（JSON、JSON 数组，或批处理接口的 JSON Lines）和调用 API 的代码（TypeScript、JavaScript、Python、Jupyter notebook、使用 curl 的 shell），逐行指出迁移到 GLM-4.6 需要改什么、为什么、怎么写。文件名 - 表示标准输入。不发送任何内容；不加 --fix 时也不修改任何内容。代码按模式匹配：运行时才拼接的内容检查不到。"
  ],
  [
    "--fix writes to the files what has one certain replacement: capitals and misspelt names, fields that have another name here, thinking as an object, too many output tokens, parts of an address, and a model where the next one costs no more. It prints the diff; what there is to choose stays advice. Notebooks and requests within texts are left alone.",
    "只有一种改法的问题，--fix 会直接改好：大写字母和拼错的名称、在本 API 中另有名称的字段、没有写成对象的 thinking、过大的输出 token 数、地址里写错的部分，以及新模型不更贵时的模型编码。同时打印差异（diff）；需要取舍的问题仍只给建议。notebook 和写在文本里的请求保持原样。"
  ],
  ["The service refuses it, or the result is wrong.", "服务端会拒绝，或结果错误。"],
  ["It works, but not as meant, or not as well as it could.", "可以运行，但不符合本意，或效果不够好。"],
  ["Nothing was found.", "没有发现问题。"],
  [
    "Something was found, of either level; with --level must, of that one.",
    "发现了问题，不论级别；加 --level must 时只算该级别。"
  ],
  ["A file cannot be read, or is not JSON though its name says so.", "文件无法读取，或扩展名是 JSON 而内容不是 JSON。"],
  ["Checks code and a request.", "检查代码和一个请求。"],
  ["Checks a whole project.", "检查整个项目。"],
  ["Tells of what has to be changed alone.", "只列出必须修改的问题。"],
  ["Changes of that what is certain.", "修改其中改法确定的问题。"],
  [
    "Prints {files, findings: [{file, cell?, line, column?, rule, level, what, why, instead, source, text}], unrecognised, fixed?}, and takes the rules.",
    "打印 {files, findings: [{file, cell?, line, column?, rule, level, what, why, instead, source, text}], unrecognised, fixed?}，并取出规则名。"
  ],
  ["Prints all rules, with where each comes from.", "打印全部规则及其出处。"],
  ["Prints a request, which can be piped to zhipu migrate -.", "打印请求，可以用管道传给 zhipu migrate -。"],
  ["What each model can do.", "各个模型的能力。"],
  ["Embeds each line, 64 a call.", "为每行生成向量，每次调用 64 行。"],
  ["Prints 256 numbers.", "打印 256 个数。"],
  ["Searches by vectors at once.", "直接按向量搜索。"],
  ["Prints score and line.", "打印分数和文本行。"],
  ["Prints the three best lines.", "打印最相关的三行。"],
  ["Prints a number.", "打印 token 数。"],
  ["Judged, whatever the verdict.", "已审核，不论结论如何。"],
  ["The verdict is that of --fail-on, or worse.", "结论达到或超过 --fail-on 的级别。"],
  ["Publishes what is not rejected.", "没有被拒绝（REJECT）的才发布。"],
  ["Prints five pages.", "打印五个网页。"],
  ["Asks about a page.", "针对网页提问。"],
  [
    "The link of an image lives 30 days. Several images are written as name-1.png, name-2.png and so on.",
    "图片链接有效 30 天。多张图片写为 name-1.png、name-2.png，依此类推。"
  ],
  ["Writes the image.", "写入图片。"],
  [
    "The id of the task is told first. What was begun and not fetched stands in $XDG_STATE_HOME/zhipu, by default ~/.local/state/zhipu. Where the command was killed before it was told the id, the service refuses the same request: the video is made once, and --again pays for another.",
    "先给出任务 ID。已开始而未下载的任务记录在 $XDG_STATE_HOME/zhipu（默认 ~/.local/state/zhipu）。如果命令在得到 ID 之前被强行终止，服务端会拒绝同样的请求：视频只生成一次，加 --again 则另外付费生成一个。"
  ],
  ["Waits some minutes, and writes the video.", "等待几分钟，写入视频。"],
  ["From the first image to the last.", "从首帧图片到尾帧图片。"],
  ["Waits for a video by its id.", "按 ID 等待视频。"],
  ["Prints the id.", "打印 ID。"],
  ["Writes a file of a batch.", "写入批处理的文件。"],
  [
    'A file of calls has a line {"custom_id", "method": "POST", "url", "body"} each. run sends it, starts the batch, waits, and prints a line {"custom_id", "body"} for each answer, in any order. What has been done stands in $XDG_STATE_HOME/zhipu, by default ~/.local/state/zhipu.',
    '调用文件每行一个 {"custom_id", "method": "POST", "url", "body"}。run 上传文件、启动批处理并等待，为每个回答打印一行 {"custom_id", "body"}，顺序不定。进度记录在 $XDG_STATE_HOME/zhipu（默认 ~/.local/state/zhipu）。'
  ],
  ["Some calls failed: --errors FILE tells which.", "部分调用失败：加 --errors FILE 可列出失败的调用。"],
  ["Makes a file of calls.", "生成调用文件。"],
  ["Runs it; call it again should it be stopped.", "执行该文件；中断后再次运行即可继续。"],
  ["Waits for a video, and writes it.", "等待视频并写入。"],
  ["Add to ~/.bashrc: source <(zhipu completions bash)", "写入 ~/.bashrc：source <(zhipu completions bash)"],
  [
    "zhipu completions zsh > ~/.zfunc/_zhipu, with fpath+=~/.zfunc before compinit in ~/.zshrc.",
    "zhipu completions zsh > ~/.zfunc/_zhipu，并在 ~/.zshrc 的 compinit 之前加 fpath+=~/.zfunc。"
  ],
  [
    "zhipu completions fish > ~/.config/fish/completions/zhipu.fish",
    "zhipu completions fish > ~/.config/fish/completions/zhipu.fish"
  ],
  [
    "Asks the prompts of a file, many at once, and keeps each answer as it comes. Stopped, even killed, and called again with the same file, it goes on, and asks for nothing that has an answer.",
    "并发处理文件中的提示词，每个回答一到就保存。中断（甚至被强行终止）后，用同一个文件再次运行，会从中断处继续，已有回答的条目不再提问。"
  ],
  [
    "The prompts of a file, many at once, kept and gone on with.",
    "并发处理文件中的提示词，回答随到随存，中断后可以继续。"
  ],
  [
    "A file has a prompt a line (text), a row (.csv, .tsv) or a document (.jsonl): a text, {id, prompt}, {id, request} or a line of a batch file. Columns and fields that a prompt does not name come back with the answer. An item is known by its id: one that has an answer is not asked for again, and the same id with another prompt is refused.",
    "文本文件每行是一条提示词，.csv、.tsv 每行数据是一条，.jsonl 每个 JSON 是一条：文本、{id, prompt}、{id, request} 或批处理（Batch API）输入文件的一行。提示词没有用到的列和字段会随回答一起返回。条目以 ID 标识：已有回答的不再提问；同一个 ID 的提示词变了，会报错。"
  ],
  [
    "Throttles and overloads are waited out, and where a quota is used up, the job sleeps until it fills again. An empty balance, a refused key, the budget and the deadline stop it. Ctrl-C stops it, and says how to go on.",
    "遇到限流和过载会等待；额度用完时，任务休眠到额度恢复。余额不足、密钥被拒绝、达到预算或截止时间时停止。Ctrl-C 停止任务，并说明如何继续。"
  ],
  ["Every item has an answer.", "每个条目都有回答。"],
  ["Some items failed, or the job was cancelled.", "部分条目失败，或任务被取消。"],
  [
    "The key is refused, or a budget is given for a model without a known price.",
    "密钥被拒绝，或为价格未知的模型设置了预算。"
  ],
  ["The balance, a quota or the budget is used up.", "余额、额度或预算已用完。"],
  ["The deadline has passed.", "截止时间已过。"],
  ["Asks, and writes the answers; call it again should it be stopped.", "提问并写出回答；中断后再次运行即可继续。"],
  ["Asks about a column of a table, and writes the table with the answers.", "针对表格的一列提问，写出带回答的表格。"],
  ["Lists the jobs; with a name, tells of one.", "列出任务；给出名称时显示该任务的状态。"],
  ["Asks again for what failed in this way.", "对因此错误失败的条目重新提问。"],
  ["Writes what there is so far.", "导出目前已有的结果。"],
  ["Calls at half the price, within a day.", "以半价调用，一天之内完成。"],
  [
    "Write answers to this file: JSON Lines, or CSV by its name. Default: standard output.",
    "把回答写入此文件：JSON Lines，扩展名为 .csv 时为 CSV。默认写到标准输出。"
  ],
  ["Write items that failed to this file, with the reasons.", "把失败的条目及原因写入此文件。"],
  ["Instructions above each prompt.", "每条提示词之前的系统提示词。"],
  [
    "What to ask, with names of columns or fields in braces: 'Judge: {text}'.",
    "提问的模板，花括号中是列名或字段名：'判断：{text}'。"
  ],
  [
    "The column or field that names an item. Default: id, or the number of the line.",
    "标识条目的列或字段。默认 id，没有时用行号。"
  ],
  ["A JSON Schema that each answer has to fit.", "每个回答必须符合的 JSON Schema。"],
  [
    "Ask for the vector of each text, by embedding-3 or --model, in place of an answer.",
    "不提问，而是用 embedding-3（或 --model）为每条文本生成向量。"
  ],
  [
    "local: calls, now (default); cluster: by many processes over PostgreSQL; batch: the service's batch files, at half the price and within a day.",
    "local：立即逐个调用（默认）；cluster：由多个进程通过 PostgreSQL 一起完成；batch：使用服务端的批处理接口（Batch API），半价，一天之内完成。"
  ],
  [
    "batch: what a batch did not answer is asked for by calls at the full price (live, default), or stays failed (keep).",
    "batch：批处理没有回答的条目改用普通调用、按原价提问（live，默认），或保留为失败（keep）。"
  ],
  [
    "How many items are asked for at once, in a cluster by all processes together. Default: 10. worker: by this process at most.",
    "同时处理多少个条目，集群中为所有进程合计，默认 10；worker：本进程最多同时处理多少个。"
  ],
  ["Asks by batch files, at half the price.", "用服务端的批处理接口（Batch API）提问，半价。"],
  [
    "Asks for the vectors of texts; --engine batch has them at half the price as well.",
    "为文本生成向量；加 --engine batch 同样半价。"
  ],
  [
    "Asks together with all that run zhipu bulk worker on the same database.",
    "与使用同一数据库的所有 zhipu bulk worker 一起提问。"
  ],
  [
    "With --engine cluster, jobs are in a PostgreSQL, and zhipu bulk worker takes part in all of them, on as many machines as you like, until it is stopped: what it held is asked for by the others. The other actions take --engine cluster as well.",
    "使用 --engine cluster 时，任务保存在 PostgreSQL 中；zhipu bulk worker 可在任意多台机器上参与所有任务，直到被停止；停止后，手上的条目由其他进程接着处理。其他子命令同样要加 --engine cluster。"
  ],
  ["Stop before the job costs more than this, for example 5usd.", "在花费超过此数额之前停止，例如 5usd。"],
  [
    "Begin nothing after this time from the first run, for example 8h.",
    "从首次运行算起，超过此时长后不再开始新的条目，例如 8h。"
  ],
  [
    "retry: items that failed with this error alone, for example RateLimitError; may be repeated.",
    "retry：只重试因此错误失败的条目，例如 RateLimitError；可以重复。"
  ],
  [
    "remove: all jobs that ended or were cancelled so long ago, for example 720h, in place of one by its name.",
    "remove：不按名称，而是删除在此时长之前结束或取消的所有任务，例如 720h。"
  ],
  ["run: what the job is called. Default: by the file.", "run：任务的名称。默认由文件名决定。"],
  [
    "Keep the job in this SQLite file (default: one in ~/.local/state/zhipu/bulk), or at this postgres:// address (for a cluster; default: DATABASE_URL).",
    "把任务保存到此 SQLite 文件（默认在 ~/.local/state/zhipu/bulk），或此 postgres:// 地址（用于集群，默认取 DATABASE_URL）。"
  ],
  ["Print how a job stands as one JSON document.", "以一个 JSON 文档打印任务的状态。"]
])
