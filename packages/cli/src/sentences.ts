/** What the command says of itself, in English and in Chinese. Names in braces are filled in. Pure data. */

/** @internal */
export const table = {
  simulatorForLackOfKey: {
    en: "No API key is set: answering from the built-in simulator. Set ZHIPU_API_KEY to talk to the real service.",
    zh: "没有设置 API 密钥：由内置的模拟器回答。要访问真实的服务，请设置 ZHIPU_API_KEY。"
  },
  simulatorAsAsked: {
    en: "zhipu: The built-in simulator answers, as was asked for: what it says is made up.",
    zh: "zhipu: 已指定由内置的模拟器回答：内容是编造的。"
  },
  noKeyNoAnswer: {
    en:
      "There is no API key, so nobody was asked. Set ZHIPU_API_KEY (for z.ai: ZAI_API_KEY) to the key of your account, or store it with zhipu keys set. Where a made-up " +
      "answer will do, as in a test, ask the built-in simulator for it: --simulate, or ZHIPU_SIMULATE=1.",
    zh:
      "没有 API 密钥，因此没有提问。请把 ZHIPU_API_KEY（z.ai 用 ZAI_API_KEY）设为你账户的密钥，或用 zhipu keys set 保存密钥。如果编造的回答也可以（例如用于测试），请指定由内置的" +
      "模拟器回答：--simulate，或 ZHIPU_SIMULATE=1。"
  },
  baseUrlWithoutKey: {
    en: "A base URL is set, but no API key. Set ZHIPU_API_KEY, or leave out the base URL to try the simulator.",
    zh: "设置了服务地址，但没有 API 密钥。请设置 ZHIPU_API_KEY，或去掉服务地址以试用模拟器。"
  },
  simulateNotYesOrNo: {
    en: "ZHIPU_SIMULATE is 1 or 0.",
    zh: "ZHIPU_SIMULATE 只能是 1 或 0。"
  },
  simulateWithBaseUrl: {
    en: "Choose one of --simulate and --base-url.",
    zh: "--simulate 和 --base-url 只能选一个。"
  },
  faultOnSimulatorOnly: {
    en: "--fault works on the built-in simulator only: add --simulate.",
    zh: "--fault 只对内置的模拟器有效：请加上 --simulate。"
  },
  noCommand: {
    en: "There is no command {text}: zhipu --help tells of all. To ask the model this: zhipu -- {text}",
    zh: "没有 {text} 这个命令：zhipu --help 列出全部命令。如果要向模型提问：zhipu -- {text}"
  },
  noCommandButOther: {
    en: "There is no command {text}. Did you mean {instead}? To ask the model this: zhipu -- {text}",
    zh: "没有 {text} 这个命令。是不是想用 {instead}？如果要向模型提问：zhipu -- {text}"
  },
  notACommandHere: {
    en: "{word} alone is not asked: did you mean {command}? To ask the model this: {word}?",
    zh: "单独的 {word} 不会发给模型：是不是想用 {command}？如果要向模型提问：{word}？"
  },
  logNotYesOrNo: {
    en: "ZHIPU_LOG is 1 or 0.",
    zh: "ZHIPU_LOG 只能是 1 或 0。"
  },
  noConversationYet: {
    en: "No conversation is kept yet. zhipu alone begins one.",
    zh: "还没有保存过对话。单独运行 zhipu 即可开始一段。"
  },
  noSuchConversation: {
    en: "There is no conversation {id}: zhipu logs lists them, and -c goes on with the last one.",
    zh: "没有对话 {id}：zhipu logs 列出全部对话，-c 继续最近的一段。"
  },
  severalConversations: {
    en: "{id} stands for several conversations: zhipu logs lists them.",
    zh: "{id} 对应多段对话：zhipu logs 列出全部对话。"
  },
  unreadableLines: {
    en: "zhipu: Of the conversation {id} these lines cannot be read, and are left out: {lines}. A line is torn where the command was killed while it wrote.",
    zh: "zhipu: 对话 {id} 中这些行无法读取，已略过：{lines}。写入时命令被强行终止，会留下不完整的行。"
  },
  notKept: {
    en: "zhipu: The conversation is not kept any more: {reason}.",
    zh: "zhipu: 对话不再保存：{reason}。"
  },
  sessionBegins: {
    en: "{model}. /help tells of the commands, Ctrl-D ends.",
    zh: "当前模型 {model}。/help 列出命令，Ctrl-D 结束。"
  },
  goingOn: {
    en: "Going on with {id}: {turns} turns, the last: {prompt}",
    zh: "继续对话 {id}：共 {turns} 轮，最后一轮：{prompt}"
  },
  goingOnWithMessages: {
    en: "Going on with {count} messages.",
    zh: "继续已有的 {count} 条消息。"
  },
  keptAs: {
    en: "Kept as {id}. To go on: zhipu -c",
    zh: "已保存为 {id}。继续对话：zhipu -c"
  },
  stopped: {
    en: "Stopped.",
    zh: "已停止。"
  },
  about: {
    en: "about {cost}",
    zh: "约 {cost}"
  },
  blockedNotKept: {
    en: "Neither the prompt nor the answer is kept in the conversation.",
    zh: "提示词和回答都不会留在对话中。"
  },
  newConversation: {
    en: "A new conversation.",
    zh: "新对话。"
  },
  nothingAttachedNow: {
    en: "Nothing is attached any more.",
    zh: "已不再附带任何文件。"
  },
  nothingAttached: {
    en: "Nothing is attached. /file PATH_OR_URL attaches a file to the next prompt.",
    zh: "没有附带文件。/file 路径或URL 为下一条提示词附带文件。"
  },
  modelIs: {
    en: "The model is {model}.",
    zh: "当前模型是 {model}。"
  },
  modelFromNow: {
    en: "The model is {model} from now on.",
    zh: "此后使用模型 {model}。"
  },
  modelUnknown: {
    en: "{model} is not among zhipu models: it is taken as it is.",
    zh: "zhipu models 中没有 {model}，仍按原样使用。"
  },
  thinkingIs: {
    en: "Thinking: {type}.",
    zh: "思考：{type}。"
  },
  asTheServiceDecides: {
    en: "as the service decides",
    zh: "由服务端决定"
  },
  saved: {
    en: "Saved. To go on later: zhipu --messages {path}",
    zh: "已保存。以后继续：zhipu --messages {path}"
  },
  fileIsThere: {
    en: "{path} is there already: take another name.",
    zh: "{path} 已存在：请换一个名字。"
  },
  fileNotWritten: {
    en: "{path} cannot be written: {reason}.",
    zh: "无法写入 {path}：{reason}。"
  },
  notAsked: {
    en: "Not asked. /file clear forgets what is attached.",
    zh: "没有提问。/file clear 可以去掉附带的文件。"
  },
  loadNeedsSomething: {
    en: "/load needs the id of a conversation, or the name of a file.",
    zh: "/load 需要对话的 ID 或文件名。"
  },
  editTakes: {
    en: "/edit stands alone, or takes new.",
    zh: "/edit 可以单独使用，也可以后接 new。"
  },
  copyTakes: {
    en: "/copy stands alone, or takes the number of a block of code, from 1.",
    zh: "/copy 可以单独使用，也可以后接代码块的序号（从 1 开始）。"
  },
  loaded: {
    en: "Loaded: {turns} turns.",
    zh: "已载入：{turns} 轮。"
  },
  noSystem: {
    en: "There are no instructions.",
    zh: "没有系统提示词。"
  },
  systemIs: {
    en: "The instructions are: {text}",
    zh: "系统提示词：{text}"
  },
  systemFromNow: {
    en: "The instructions are changed from now on.",
    zh: "此后使用新的系统提示词。"
  },
  systemForgotten: {
    en: "There are no instructions any more.",
    zh: "已去掉系统提示词。"
  },
  nothingAsked: {
    en: "Nothing has been asked yet.",
    zh: "还没有提过问题。"
  },
  takenBack: {
    en: "Taken back: {prompt}",
    zh: "已撤回：{prompt}"
  },
  editorFailed: {
    en: "The editor failed, so nothing is asked. VISUAL or EDITOR names another.",
    zh: "编辑器运行失败，没有提问。可以用 VISUAL 或 EDITOR 指定其他编辑器。"
  },
  editedNothing: {
    en: "Nothing is left, so nothing is asked.",
    zh: "内容为空，没有提问。"
  },
  noAnswerYet: {
    en: "There is no answer yet.",
    zh: "还没有回答。"
  },
  noSuchBlock: {
    en: "The answer has {count} blocks of code.",
    zh: "回答中有 {count} 个代码块。"
  },
  copied: {
    en: "Copied: {count} characters.",
    zh: "已复制 {count} 个字符。"
  },
  tokensIn: { en: "{count} tokens in", zh: "输入 {count} 个 token" },
  tokensOut: { en: "{count} tokens out", zh: "输出 {count} 个 token" },
  ofThemCached: { en: " ({count} cached)", zh: "（其中缓存 {count}）" },
  ofThemReasoning: { en: " ({count} reasoning)", zh: "（其中思考 {count}）" },
  tokensSpent: {
    en: "{input} tokens in and {output} out in this session{cost}.",
    zh: "本次会话共输入 {input} 个、输出 {output} 个 token{cost}。"
  },
  contextUsed: {
    en: "The next prompt goes after some {context} tokens, of {limit} that {model} takes.",
    zh: "下一条提示词之前约有 {context} 个 token，{model} 的上限是 {limit} 个。"
  },
  contextUsedOfUnknown: {
    en: "The next prompt goes after some {context} tokens.",
    zh: "下一条提示词之前约有 {context} 个 token。"
  },
  contextUnknown: {
    en: "How full the context is, the next answer tells.",
    zh: "上下文的占用要等下一次回答后才知道。"
  },
  chatNeedsTerminal: {
    en: 'zhipu chat holds a conversation at a terminal. Elsewhere, zhipu -c "…" asks within the last one.',
    zh: 'zhipu chat 在终端里进行对话。在其他地方，用 zhipu -c "…" 在最近的对话里提问。'
  },
  chooseContinueOrMessages: {
    en: "Choose one of --messages and going on with a conversation (-c, --continue).",
    zh: "--messages 与继续对话（-c、--continue）只能选一个。"
  },
  logsTakes: {
    en: 'zhipu logs takes list, show [id], search text, delete id… (or --all), or path. For a prompt, write: zhipu -- "logs …"',
    zh: 'zhipu logs 可接 list、show [ID]、search 文字、delete ID…（或 --all）、path。如果要提问：zhipu -- "logs …"'
  },
  conversationUnreadable: {
    en: "Nothing of the conversation {id} can be read.",
    zh: "对话 {id} 完全无法读取。"
  },
  nothingFound: {
    en: "Nothing was found.",
    zh: "没有找到。"
  },
  notDeleted: {
    en: "{id} cannot be deleted: {reason}.",
    zh: "无法删除 {id}：{reason}。"
  },
  deleted: {
    en: "Deleted: {count}.",
    zh: "已删除 {count} 个。"
  },
  chooseToolsOrMcp: {
    en: "Choose --tools, whose calls are shown, or --mcp and --functions, whose calls are run.",
    zh: "--tools 只显示工具调用，--mcp 和 --functions 会执行调用：请选择一种。"
  },
  toolsNeedStream: {
    en: "--mcp and --functions run tools while the answer comes: leave out --no-stream and --dry-run.",
    zh: "--mcp 和 --functions 会在回答过程中执行工具：请去掉 --no-stream 和 --dry-run。"
  },
  yesToolsAlone: {
    en: "--yes-tools goes with --mcp or --functions.",
    zh: "--yes-tools 需要与 --mcp 或 --functions 一起使用。"
  },
  toolRuns: {
    en: "zhipu: runs {call}",
    zh: "zhipu: 执行 {call}"
  },
  toolAsks: {
    en: "zhipu: The model wants to run {call}",
    zh: "zhipu: 模型想执行 {call}"
  },
  toolQuestion: {
    en: "Run it? y: yes, a: always, n: no [n] ",
    zh: "是否执行？y：执行，a：总是执行，n：不执行 [n] "
  },
  toolNeedsTerminal: {
    en: "zhipu: not run, as nobody is here to be asked: {call}. --yes-tools {name} allows it.",
    zh: "zhipu: 没有终端可以询问，未执行：{call}。--yes-tools {name} 可允许执行。"
  },
  toolAnswered: {
    en: "zhipu: {name}: {text}",
    zh: "zhipu: {name}：{text}"
  },
  toolFailed: {
    en: "zhipu: {name} failed: {text}",
    zh: "zhipu: {name} 失败：{text}"
  },
  mcpUnreadable: {
    en: "--mcp {path} cannot be read: {reason}",
    zh: "无法读取 --mcp {path}：{reason}"
  },
  mcpTwice: {
    en: "Two files of --mcp have a server {name}.",
    zh: "--mcp 的两个文件中都有服务器 {name}。"
  },
  mcpStarts: {
    en: "zhipu: connecting the MCP servers {names}",
    zh: "zhipu: 正在连接 MCP 服务器 {names}"
  },
  functionsUnreadable: {
    en: "--functions {path} cannot be loaded: {reason}",
    zh: "无法加载 --functions {path}：{reason}"
  },
  functionsWantNode22: {
    en: "this version of Node does not read TypeScript. Node 22.18 does, and any reads a .mjs file.",
    zh: "这个版本的 Node 不能直接读取 TypeScript。Node 22.18 起可以，.mjs 文件则任何版本都可以。"
  },
  functionsNone: {
    en: "--functions {path} exports no function for the model: an export is an object of description, parameters (a JSON Schema) and run.",
    zh: "--functions {path} 没有导出可供模型调用的函数：每个导出应是含 description、parameters（JSON Schema）和 run 的对象。"
  },
  functionsMisshapen: {
    en: "--functions {path}: look at {field} of {name}. description is a text, parameters the JSON Schema of an object, approval true or false.",
    zh: "--functions {path}：请检查 {name} 的 {field}。description 是文本，parameters 是对象的 JSON Schema，approval 是 true 或 false。"
  },
  simulator: {
    en: "simulator",
    zh: "模拟器"
  },
  settingTakes: {
    en: "{name} takes one of {values}.",
    zh: "{name} 只能是 {values} 之一。"
  },
  settingEmpty: {
    en: "{name} takes a text. zhipu config unset {name} takes it away.",
    zh: "{name} 需要文本。zhipu config unset {name} 可去掉该设置。"
  },
  settingTakesTime: {
    en: "{name} takes a time, for example 90s or 5m.",
    zh: "{name} 需要时间，例如 90s 或 5m。"
  },
  settingTakesCount: {
    en: "{name} takes a whole number.",
    zh: "{name} 需要整数。"
  },
  settingTakesUrl: {
    en: "{name} takes an http: or https: URL.",
    zh: "{name} 需要 http: 或 https: 的 URL。"
  },
  noSuchSetting: {
    en: "There is no setting {name}.",
    zh: "没有设置项 {name}。"
  },
  settingNotSet: {
    en: "{name} is not set.",
    zh: "{name} 没有设置。"
  },
  nothingSet: {
    en: "Nothing is set. zhipu config --help tells what can be; it stands in {file}",
    zh: "没有任何设置。zhipu config --help 列出可设置的项；文件是 {file}"
  },
  variableGoesBefore: {
    en: "({variable} goes before it)",
    zh: "（{variable} 优先）"
  },
  settingsNotWritten: {
    en: "The file cannot be written: {reason}.",
    zh: "无法写入文件：{reason}。"
  },
  templateAside: {
    en: "What you wrote is in {file}: when it is mended, zhipu templates set {name} < {file} takes it.",
    zh: "你写的内容在 {file}：修改后，用 zhipu templates set {name} < {file} 存入。"
  },
  fileUnreadable: {
    en: "{file} cannot be read: {reason}.",
    zh: "无法读取 {file}：{reason}。"
  },
  fileNotJson: {
    en: "{file} does not hold what zhipu writes there: mend it, or remove it.",
    zh: "{file} 的内容不是 zhipu 写入的格式：请修正或删除它。"
  },
  configTakes: {
    en: "zhipu config takes list, path, get name, set name value, or unset name.",
    zh: "zhipu config 可接 list、path、get 名称、set 名称 值、unset 名称。"
  },
  keysTakes: {
    en: "zhipu keys takes list, path, set [name], or remove name.",
    zh: "zhipu keys 可接 list、path、set [名称]、remove 名称。"
  },
  keyAsWord: {
    en: "The key is no word of the command, as it would stand in the history: zhipu keys set asks for it, or reads it from a pipe.",
    zh: "密钥不能写在命令里，否则会留在历史记录中：zhipu keys set 会询问密钥，也可以用管道传入。"
  },
  keyNameTakes: {
    en: "A name of a key is letters, digits, - and _.",
    zh: "密钥的名称只能包含字母、数字、- 和 _。"
  },
  typeKey: {
    en: "Key (it is not shown): ",
    zh: "密钥（不会显示）："
  },
  notAKey: {
    en: "This is no key: it has spaces or other signs that no key has, or is too short. Nothing was stored.",
    zh: "这不是密钥：含有空格等密钥中不会有的字符，或者太短。没有保存。"
  },
  keyStored: {
    en: "Stored as {name}, for {region}. zhipu doctor tells whether it works.",
    zh: "已保存为 {name}，用于 {region}。zhipu doctor 可以检查它是否可用。"
  },
  keyRemoved: {
    en: "Removed: {name}.",
    zh: "已删除：{name}。"
  },
  noSuchKey: {
    en: "There is no stored key {name}: zhipu keys lists them.",
    zh: "没有保存名为 {name} 的密钥：zhipu keys 列出全部密钥。"
  },
  noKeys: {
    en: "No key is stored. zhipu keys set stores one.",
    zh: "没有保存的密钥。zhipu keys set 可以保存一个。"
  },
  keyInUse: {
    en: "in use",
    zh: "使用中"
  },
  templatesTakes: {
    en: "zhipu templates takes list, path, show name, set name, edit name, or remove name.",
    zh: "zhipu templates 可接 list、path、show 名称、set 名称、edit 名称、remove 名称。"
  },
  noTemplates: {
    en: "There are no templates. zhipu templates edit NAME makes one.",
    zh: "没有模板。zhipu templates edit 名称 可以新建一个。"
  },
  noSuchTemplate: {
    en: "There is no template {name}: zhipu templates lists them.",
    zh: "没有模板 {name}：zhipu templates 列出全部模板。"
  },
  templateNameTakes: {
    en: "A name of a template is letters, digits, - and _.",
    zh: "模板的名称只能包含字母、数字、- 和 _。"
  },
  templateEmpty: {
    en: "A template needs a text.",
    zh: "模板需要内容。"
  },
  templateSettingUnknown: {
    en: "A template knows no {setting}: above its text stand {names}.",
    zh: "模板不支持 {setting}：正文之前可以写 {names}。"
  },
  templateSettingWrong: {
    en: "The template {name} has {setting}: {value}, which it cannot be.",
    zh: "模板 {name} 中的 {setting}: {value} 不合法。"
  },
  templateNeeds: {
    en: "The template {name} needs: {params}",
    zh: "模板 {name} 还需要：{params}"
  },
  paramTakes: {
    en: "--param takes name=value, for example --param language=French.",
    zh: "--param 的形式是 名称=值，例如 --param language=法语。"
  },
  paramWithoutTemplate: {
    en: "--param goes with --template.",
    zh: "--param 要与 --template 一起使用。"
  },
  paramUnknown: {
    en: "The template {name} has no {param}.",
    zh: "模板 {name} 中没有 {param}。"
  },
  noJsonSchema: {
    en: "--schema: {source} holds no JSON Schema, which is an object in JSON.",
    zh: "--schema：{source} 不是 JSON Schema（应为 JSON 对象）。"
  },
  unusableSchema: {
    en: "--schema: by {source} no answer can be checked: {problem}",
    zh: "--schema：无法用 {source} 检查回答：{problem}"
  },
  schemaRefOutside: {
    en: '"$ref": "{reference}" leads out of the schema, which is not followed.',
    zh: '"$ref": "{reference}" 指向 schema 之外，命令不会去读取。'
  },
  schemaRefNowhere: {
    en: '"$ref": "{reference}" leads to nothing.',
    zh: '"$ref": "{reference}" 指向的内容不存在。'
  },
  schemaRefCircle: {
    en: '"$ref": "{reference}" leads in a circle.',
    zh: '"$ref": "{reference}" 循环引用自身。'
  },
  schemaPattern: {
    en: 'the pattern "{pattern}" is no regular expression of JavaScript.',
    zh: 'pattern "{pattern}" 不是 JavaScript 的正则表达式。'
  },
  schemaTakes: {
    en: '--schema takes a file of JSON Schema, a JSON Schema, or fields such as "name, age int, bio: one sentence"; the types are str, int, float, bool, and name[] is a list.',
    zh: '--schema 可以是 JSON Schema 文件、JSON Schema 本身，或字段列表，例如 "name, age int, bio: 一句话"；类型有 str、int、float、bool，name[] 表示列表。'
  },
  schemaUnchecked: {
    en: "zhipu: The model is told of these words of the schema, and the answer is not checked for them: {words}.",
    zh: "zhipu: schema 中的这些关键字会告诉模型，但不会用来检查回答：{words}。"
  },
  schemaMismatch: {
    en: "zhipu: The answer does not fit the schema, after {attempts} answers. {issue}",
    zh: "zhipu: 共提问 {attempts} 次，回答仍不符合 schema。{issue}"
  },
  schemaAnswer: {
    en: "The last answer was: {text}",
    zh: "最后一次回答：{text}"
  },
  chooseSchema: {
    en: "--schema prints a value: leave out --json, --jsonl, --extract, --tools, --search and --no-stream.",
    zh: "--schema 打印的是值：请去掉 --json、--jsonl、--extract、--tools、--search 和 --no-stream。"
  },
  chooseExtract: {
    en: "--extract prints a block of code: leave out --json and --jsonl.",
    zh: "--extract 打印的是代码块：请去掉 --json 和 --jsonl。"
  },
  noCodeBlock: {
    en: "zhipu: There is no block of code in the answer, which is printed as it is.",
    zh: "zhipu: 回答中没有代码块，原样打印。"
  },
  thinkingTakes: {
    en: "/thinking takes one of enabled, disabled, auto.",
    zh: "/thinking 只能是 enabled、disabled、auto 之一。"
  },
  saveNeedsName: {
    en: "/save needs the name of a file.",
    zh: "/save 需要文件名。"
  },
  noSessionCommand: {
    en: "There is no command {name}. /help tells of all; // begins a prompt with a slash.",
    zh: "没有命令 {name}。/help 列出全部命令；要输入以斜杠开头的提示词，请以 // 开头。"
  },
  noOption: {
    en: "There is no option {name}.",
    zh: "没有选项 {name}。"
  },
  didYouMean: {
    en: " Did you mean {name}?",
    zh: "是不是想用 {name}？"
  },
  noOptionOf: {
    en: "{name} is no option of {command}.",
    zh: "{name} 不是 {command} 的选项。"
  },
  takesNoValue: {
    en: "{name} takes no value.",
    zh: "{name} 不带值。"
  },
  needsValue: {
    en: "{name} needs a value.",
    zh: "{name} 需要值。"
  },
  needsNoEmptyValue: {
    en: "{name} needs a value, and was given an empty one. Where a variable stands for it, that is not set.",
    zh: "{name} 需要值，给出的却是空值。如果写的是变量，说明该变量没有设置。"
  },
  takesOneOf: {
    en: "{name} takes one of {choices}.",
    zh: "{name} 只能是 {choices} 之一。"
  },
  keyIsNoOption: {
    en: "The key is no option, as it would stand in the history: set ZHIPU_API_KEY, or use --key-stdin.",
    zh: "密钥不能作为选项，否则会留在历史记录里：请设置 ZHIPU_API_KEY，或使用 --key-stdin。"
  },
  promptWithDash: {
    en: 'A prompt that begins with a dash goes after "--": zhipu -- "{word}"',
    zh: '以短横线开头的提示词写在 "--" 之后：zhipu -- "{word}"'
  },
  takesNoArgument: {
    en: 'zhipu {name} takes no argument{word}. For a prompt that begins with "{name}", write: zhipu -- "{name} …"',
    zh: 'zhipu {name} 不带参数{word}。如果提示词以 "{name}" 开头，请写：zhipu -- "{name} …"'
  },
  chooseJson: {
    en: "Choose one of --json and --jsonl.",
    zh: "--json 和 --jsonl 只能选一个。"
  },
  chooseMarkdown: {
    en: "Choose one of --markdown and --no-markdown.",
    zh: "--markdown 和 --no-markdown 只能选一个。"
  },
  jsonlStreams: {
    en: "--jsonl prints a stream: leave out --no-stream.",
    zh: "--jsonl 打印的是流：请去掉 --no-stream。"
  },
  toolStreamStreams: {
    en: "--tool-stream needs a stream: leave out --no-stream.",
    zh: "--tool-stream 需要流：请去掉 --no-stream。"
  },
  noPrompt: {
    en: "There is no prompt. Give one as an argument, or pipe it in.",
    zh: "没有提示词。请写在命令行上，或用管道传入。"
  },
  fileNeedsPrompt: {
    en: "--file goes with a prompt. Give one as an argument, or pipe it in.",
    zh: "--file 要与提示词一起使用。请写在命令行上，或用管道传入。"
  },
  helpTells: {
    en: "{command} --help tells how it is used.",
    zh: "{command} --help 说明用法。"
  },
  cutAtMaxTokens: {
    en: "The answer was cut at max_tokens.",
    zh: "回答在 max_tokens 处被截断。"
  },
  blocked: {
    en: "The answer was blocked by moderation (finish_reason sensitive): do not use what was shown of it.",
    zh: "回答被内容审核拦截（finish_reason sensitive）：不要使用已显示的部分。"
  },
  contextFull: {
    en: "The answer was cut: prompt and answer together fill the context of the model.",
    zh: "回答被截断：提示词和回答已占满模型的上下文。"
  },
  noFinishReason: {
    en: "The stream ended without a finish reason: the answer may not be whole.",
    zh: "流没有给出结束原因就结束了：回答可能不完整。"
  },
  finishedBecause: {
    en: 'The model finished with reason "{reason}".',
    zh: '模型以 "{reason}" 结束。'
  },
  noText: {
    en: "zhipu: The model gave no text.",
    zh: "zhipu: 模型没有给出文本。"
  },
  why: {
    en: "Why: {why} ({source})",
    zh: "原因：{why}（{source}）"
  },
  requestIdIs: {
    en: "request id: {id}",
    zh: "请求 ID：{id}"
  },
  askedTimes: {
    en: "asked {attempts} times",
    zh: "共请求 {attempts} 次"
  },
  askingAgain: {
    en: "zhipu: {error}: asking again in {seconds} s.",
    zh: "zhipu: {error}：{seconds} 秒后重试。"
  },
  waiting: {
    en: "waiting {seconds} s",
    zh: "等待 {seconds} 秒"
  },
  thinking: {
    en: "thinking {seconds} s",
    zh: "思考 {seconds} 秒"
  },
  answering: {
    en: "answering {seconds} s",
    zh: "回答 {seconds} 秒"
  },
  askingAgainIn: {
    en: "asking again in {seconds} s",
    zh: "{seconds} 秒后重试"
  },
  attached: {
    en: "attached {label}",
    zh: "附带 {label}"
  },
  unknownTaker: {
    en: "zhipu: {model} is not among zhipu models: whether it takes what is attached is not known.",
    zh: "zhipu: zhipu models 中没有 {model}：不知道它是否支持附带的文件。"
  },
  stdinReplaced: {
    en: "Standard input is neither UTF-8 nor UTF-16 with a byte order mark: what is no text in it is replaced by \uFFFD.",
    zh: "标准输入既不是 UTF-8，也不是带 BOM 的 UTF-16：其中无法识别的内容替换为 \uFFFD。"
  },
  waitingForStdin: {
    en: "zhipu: Waiting for the end of standard input. Where it has nothing to say: zhipu … < /dev/null",
    zh: "zhipu: 正在等待标准输入结束。如果没有输入：zhipu … < /dev/null"
  },
  // Tables, and how a job stands
  modelsHead: {
    en: "MODEL|CONTEXT|MAX OUTPUT|THINKING|TOOL STREAM|INPUT|{currency}/1M IN, OUT|DEFAULTS",
    zh: "模型|上下文|最大输出|思考|工具流式|输入|{currency}/百万 输入，输出|默认值"
  },
  thinkingAlways: { en: "always", zh: "始终" },
  thinkingAuto: { en: "auto", zh: "自动" },
  thinkingNone: { en: "none", zh: "无" },
  yes: { en: "yes", zh: "是" },
  no: { en: "no", zh: "否" },
  free: { en: "free", zh: "免费" },
  askedByDefault: { en: "asked by default", zh: "默认使用" },
  inputText: { en: "text", zh: "文本" },
  inputImage: { en: "image", zh: "图片" },
  inputVideo: { en: "video", zh: "视频" },
  inputAudio: { en: "audio", zh: "音频" },
  inputFile: { en: "file", zh: "文件" },
  limitsHead: { en: "LIMIT|USED|", zh: "限额|已用|" },
  filesHead: { en: "ID|BYTES|CREATED|NAME", zh: "ID|字节|创建时间|名称" },
  batchesHead: { en: "ID|STATUS|CREATED", zh: "ID|状态|创建时间" },
  batchCounts: { en: "{completed} of {total} done, {failed} failed", zh: "完成 {completed}/{total}，失败 {failed}" },
  jobsHead: { en: "JOB|STATE|ENDED|FAILED|COST", zh: "任务|状态|已结束|失败|费用" },
  ofTotal: { en: "{count} of {total}", zh: "{count}（共 {total}）" },
  jobRunning: { en: "running", zh: "运行中" },
  jobSleeping: { en: "sleeping", zh: "等待中" },
  jobPaused: { en: "paused", zh: "已暂停" },
  jobStopped: { en: "stopped", zh: "已停止" },
  jobInterrupted: { en: "interrupted", zh: "已中断" },
  jobCancelled: { en: "cancelled", zh: "已取消" },
  jobEnded: { en: "ended", zh: "已结束" },
  stateBecause: { en: "{state} ({reason})", zh: "{state}：{reason}" },
  stoppedByBalance: { en: "Balance", zh: "余额用完" },
  stoppedByQuota: { en: "Quota", zh: "额度用完" },
  stoppedByBudget: { en: "Budget", zh: "预算用完" },
  stoppedByPrice: { en: "Price", zh: "没有价格" },
  stoppedByAccount: { en: "Account", zh: "账户被拒绝" },
  stoppedByDeadline: { en: "Deadline", zh: "截止时间已过" },
  stoppedByCancel: { en: "Cancelled", zh: "已取消" },
  comma: { en: ", ", zh: "，" },
  itemsEnded: { en: "{items} ended", zh: "已结束 {items}" },
  itemsFailed: { en: "{count} failed", zh: "失败 {count}" },
  itemsInFlight: { en: "{count} in flight", zh: "在途 {count}" },
  aMinute: { en: "{count} a minute", zh: "每分钟 {count} 条" },
  quotaFillsAt: { en: "the quota fills again at {time}", zh: "额度将于 {time} 恢复" },
  timeLeft: { en: "{time} left", zh: "还需 {time}" },
  seconds: { en: "{count} s", zh: "{count} 秒" },
  minutes: { en: "{count} min", zh: "{count} 分钟" },
  hours: { en: "{count} h", zh: "{count} 小时" },
  rowJob: { en: "job", zh: "任务" },
  rowState: { en: "state", zh: "状态" },
  rowItems: { en: "items", zh: "条目" },
  rowDone: { en: "done", zh: "成功" },
  rowFailed: { en: "failed", zh: "失败" },
  rowInFlight: { en: "in flight", zh: "在途" },
  rowCalls: { en: "calls", zh: "调用" },
  rowCost: { en: "cost", zh: "费用" },
  rowUnpriced: { en: "unpriced", zh: "无价格" },
  rowRate: { en: "rate", zh: "速度" },
  rowLeft: { en: "left", zh: "还需" },
  rowGoesOn: { en: "goes on at", zh: "恢复时间" },
  doneCut: { en: "{done}, {cut} of them cut at a limit", zh: "{done}，其中 {cut} 个因达到上限被截断" },
  failedBy: { en: "{count}: {tags}", zh: "{count}：{tags}" },
  callsRepeated: {
    en: "{calls}, {again} of them cut short and made again",
    zh: "{calls}，其中 {again} 次中断后重新请求"
  },
  tokensInOut: { en: "{prompt} in, {completion} out", zh: "输入 {prompt}，输出 {completion}" },
  callsUnpriced: { en: "{count} calls to models without a known price", zh: "{count} 次调用的模型价格未知" },
  demonstration: {
    en: "A demonstration: the page shows calls to the built-in simulator, which fails now and then. To watch an application, mount its monitor in it and give its address with --url.",
    zh: "演示：页面显示的是对内置模拟器的调用，模拟器不时会出错。要观察某个应用，请在应用里挂载监控，再用 --url 给出地址。"
  },
  watchedMonitor: { en: "The page shows what the monitor of the application tells.", zh: "页面显示该应用的监控数据。" },
  openInBrowser: {
    en: "Open {address} in a browser. Ctrl-C ends it.",
    zh: "请在浏览器中打开 {address}。Ctrl-C 结束。"
  },
  simulatorAnswersAt: {
    en: "The simulator answers at {baseUrl} until Ctrl-C.",
    zh: "模拟器在 {baseUrl} 应答，按 Ctrl-C 结束。"
  },
  recordingAnswersAt: {
    en: "The recording answers at {baseUrl} until Ctrl-C.",
    zh: "正在 {baseUrl} 回放录制的内容，按 Ctrl-C 结束。"
  },
  takenForPrompt: {
    en: "zhipu: {word} is taken for a part of the prompt: -f goes before each file.",
    zh: "zhipu: {word} 会被当作提示词的一部分：每个文件之前都要写 -f。"
  },
  simulatorRecorded: { en: "zhipu: What is recorded is the simulator.", zh: "zhipu: 录下的是模拟器的回答。" },
  givenUpHere: {
    en: "zhipu: This answer was given up here while it was recorded.",
    zh: "zhipu: 录制时这个回答在此处被放弃。"
  },
  batchFileSent: { en: "zhipu: The file {id} was sent{which}.", zh: "zhipu: 已上传文件 {id}{which}。" },
  batchStarted: { en: "zhipu: The batch {id} was started{which}.", zh: "zhipu: 已开始批处理 {id}{which}。" },
  partOf: { en: " ({part} of {parts})", zh: "（第 {part} 个，共 {parts} 个）" }
} as const satisfies Readonly<Record<string, { readonly en: string; readonly zh: string }>>

/** @internal */
export type Key = keyof typeof table
