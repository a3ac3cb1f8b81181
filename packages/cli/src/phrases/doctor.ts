/** What `zhipu doctor` says, in Chinese, beside the errors that it quotes. Pure data. */
import type { Book, Phrase } from "../phrases.js"

/** What is wrong with a connection. */
const trouble: ReadonlyArray<Phrase> = [
  ["its name is not known (DNS)", "找不到该域名（DNS）"],
  ["names cannot be looked up (DNS)", "无法解析域名（DNS）"],
  ["nobody listens there", "没有程序在监听"],
  ["the connection was reset", "连接被重置"],
  ["the connection timed out", "连接超时"],
  ["the proxy did not let the connection through", "代理没有放行该连接"],
  ["it does not speak TLS", "对方不使用 TLS"],
  ["its certificate is not trusted", "证书不受信任"],
  ["the connection failed", "连接失败"]
]

/** Where the base URL comes from; the rest is by the name of something. */
const origin: ReadonlyArray<Phrase> = [
  ["from --base-url", "来自 --base-url"],
  ["by ZHIPU_REGION", "由 ZHIPU_REGION 决定"],
  ["by default", "默认"]
]

const answer: ReadonlyArray<Phrase> = [
  ["a web page", "网页"],
  ["a redirect", "重定向"]
]

const clock: ReadonlyArray<Phrase> = [
  ["behind", "慢"],
  ["ahead of", "快"]
]

/** Where the key was found. */
const found: ReadonlyArray<Phrase> = [
  ["{name} of the environment is used.", "使用环境变量 {name}。"],
  ["The key {stored} of zhipu keys is used, as {name}.", "使用 zhipu keys 中的密钥 {stored}（作为 {name}）。"]
]

/** What else there is beside it. */
const beside: ReadonlyArray<Phrase> = [
  ["", ""],
  [" {others} is set to another key and ignored.", "{others} 里是另一个密钥，已忽略。"],
  [" {others} are set to another key and ignored.", "{others} 里是别的密钥，已忽略。"],
  [" {path} holds the same key.", "{path} 里是同一个密钥。"],
  [
    " {path} holds another key under the same name: the environment won, as zhipu reads no files.",
    "{path} 里同名的是另一个密钥：以环境变量为准，因为 zhipu 不读取文件。"
  ]
]

/** Forms of a key. */
const forms: ReadonlyArray<Phrase> = [
  [
    "id.secret, an id of {id} characters and a secret of {secret}",
    "为 id.secret 形式，id {id} 个字符，secret {secret} 个字符"
  ],
  [
    "id.secret, an id of 1 character and a secret of {secret}",
    "为 id.secret 形式，id 1 个字符，secret {secret} 个字符"
  ],
  [
    "a key that begins with sk-, as some Coding Plan keys do, {length} characters",
    "以 sk- 开头（部分 Coding Plan 的密钥是这种形式），共 {length} 个字符"
  ],
  ["a token (JWT), {length} characters", "是令牌（JWT），共 {length} 个字符"],
  ["another form than id.secret, {length} characters", "不是 id.secret 形式，共 {length} 个字符"],
  ["another form than id.secret, 1 character", "不是 id.secret 形式，共 1 个字符"]
]

/** What follows from the form. */
const conclusions: ReadonlyArray<Phrase> = [
  ["It looks like the placeholder of an example.", "看起来是示例里的占位符。"],
  ["Tokens expire.", "令牌会过期。"],
  ["It is sent as it is (api-key).", "直接发送密钥（api-key）。"],
  ["It is sent as a signed token (jwt).", "发送用密钥签名的令牌（jwt）。"]
]

const ofPath: ReadonlyArray<Phrase> = [
  ["", ""],
  [
    " That is the Anthropic-compatible endpoint, which speaks another protocol.",
    "这是兼容 Anthropic 的地址，使用另一种协议。"
  ],
  [" There is no /v1 after /v4 in this API.", "此 API 的 /v4 之后没有 /v1。"],
  [
    " The endpoint of the Coding Plan, which is for the tools that the plan names.",
    "这是 Coding Plan 的地址，只供套餐列出的工具使用。"
  ],
  [" The API is not at this path.", "API 不在这个路径上。"],
  [
    " The path does not end in /api/paas/v4, as that of the service does.",
    "路径没有像官方地址那样以 /api/paas/v4 结尾。"
  ],
  [" The key travels unencrypted.", "密钥会以明文传输。"],
  [" Not a host of the vendor: a gateway or a test server.", "不是官方的主机，应当是网关或测试服务器。"]
]

const product = (
  heads: ReadonlyArray<Phrase>,
  tails: ReadonlyArray<Phrase>,
  [before, inChinese]: Phrase = ["", ""]
): ReadonlyArray<Phrase> =>
  heads.flatMap(([english, chinese]) =>
    tails.map(([tail, chineseTail]): Phrase => [`${before}${english}${tail}`, `${inChinese}${chinese}${chineseTail}`])
  )

/** What is looked at, and how it stands. @internal */
export const names: Book = {
  phrases: [
    ["effect", "effect"],
    ["key", "密钥"],
    ["key form", "密钥格式"],
    ["settings", "设置"],
    ["base url", "服务地址"],
    ["region", "站点"],
    ["model", "模型"],
    ["proxy", "代理"],
    ["reachable", "连通性"],
    ["clock", "时钟"],
    ["first token", "首个 token"],
    ["ok", "正常"],
    ["warn", "警告"],
    ["fail", "失败"],
    ["skip", "跳过"]
  ]
}

/** @internal */
export const doctor: Book = {
  lists: { trouble, origin, answer, clock },
  phrases: [
    // effect
    [
      "{name} is for Effect {major}, and finds effect {version}: a program that imports it ends with ERR_MODULE_NOT_FOUND.",
      "{name} 用于 Effect {major}，找到的却是 effect {version}：导入它的程序会以 ERR_MODULE_NOT_FOUND 结束。"
    ],
    ["Run: {one} (for Effect {major}), or: {other}", "请运行：{one}（用于 Effect {major}），或：{other}"],
    // key
    ["The key came from standard input (--key-stdin).", "密钥来自标准输入（--key-stdin）。"],
    ...product(found, beside),
    ["Unset the variables that are not meant: unset {names}", "请删除不需要的变量：unset {names}"],
    ["Where the one of the file is meant, load it: {command}", "如果要用文件里的密钥，请先加载：{command}"],
    ...product(
      [
        ["Without one zhipu asks nothing, as a base URL is set.", "设置了服务地址时，没有密钥 zhipu 就不会提问。"],
        [
          "Without one zhipu asks nobody, but for the built-in simulator at a terminal or with --simulate.",
          "没有密钥时 zhipu 不会提问；只有在终端里，或加上 --simulate，才由内置的模拟器回答。"
        ]
      ],
      [
        ["", ""],
        [" {path} holds {names}, but zhipu reads no files.", "{path} 里有 {names}，但 zhipu 不读取文件。"]
      ],
      [
        "No API key is set: neither ZHIPU_API_KEY nor, for z.ai, ZAI_API_KEY. ",
        "没有设置 API 密钥：ZHIPU_API_KEY 和 z.ai 用的 ZAI_API_KEY 都没有。"
      ]
    ),
    [
      "Set ZHIPU_API_KEY to the key of your account (bigmodel.cn: User Centre, API keys), or ZAI_API_KEY (z.ai: Manage API Keys).",
      "请把 ZHIPU_API_KEY 设为你账户的密钥（bigmodel.cn：个人中心的 API Keys），或设置 ZAI_API_KEY（z.ai：Manage API Keys）。"
    ],
    ["Load it first: {command}", "请先加载：{command}"],
    // key form
    ["There is no key.", "没有密钥。"],
    ...product(
      forms,
      conclusions.map(([english, chinese]): Phrase => [`. ${english}`, `。${chinese}`]),
      ["The key is ", "密钥"]
    ),
    ["The API key cannot be used.", "API 密钥无法使用。"],
    ["Use ZHIPU_AUTH=api-key, or a key of the form id.secret.", "请使用 ZHIPU_AUTH=api-key，或 id.secret 形式的密钥。"],
    ["Set the variable anew, to the key alone, as the console shows it.", "请重新设置变量，只写控制台显示的密钥本身。"],
    ["Put your own key there.", "请换成你自己的密钥。"],
    [
      "Give the key itself; with ZHIPU_AUTH=jwt, zhipu signs a token for each request.",
      "请给出密钥本身；设置 ZHIPU_AUTH=jwt 时，zhipu 会为每个请求签发令牌。"
    ],
    // settings
    ["A setting cannot be used.", "有一项设置无法使用。"],
    ["Correct or unset the variable.", "请修正或删除该变量。"],
    ["Correct the settings.", "请修正设置。"],
    // base url
    ...product(
      [
        ["{url} ({origin}).", "{url}（{origin}）。"],
        ["{url} (by the name {name}).", "{url}（由变量名 {name} 决定）。"],
        ["{url} (from {name}).", "{url}（来自 {name}）。"]
      ],
      ofPath
    ),
    ["If requests are answered with 404: ZHIPU_BASE_URL={url}", "如果请求返回 404，请设置 ZHIPU_BASE_URL={url}"],
    ["Use https:// for a host in a network.", "访问网络上的主机，请使用 https://。"],
    ["Set ZHIPU_BASE_URL={url}, or unset it.", "请设置 ZHIPU_BASE_URL={url}，或删除该变量。"],
    ["Set ZHIPU_BASE_URL={url}", "请设置 ZHIPU_BASE_URL={url}"],
    // region
    ["{host} is in no region of the vendor.", "{host} 不是官方的站点。"],
    [
      "ZHIPU_REGION is {region}, but the base URL is on {host} and wins.",
      "ZHIPU_REGION 为 {region}，但服务地址的主机是 {host}，以服务地址为准。"
    ],
    ["Leave one of the two out.", "请去掉其中一个设置。"],
    [
      "{name} is a name for keys of {one}, but requests go to {other}. Keys are bound to a host.",
      "{name} 这个变量名用于 {one} 的密钥，但请求发往 {other}。密钥只能用于所属的站点。"
    ],
    ["If the key is refused: {setting}", "如果密钥被拒绝，请设置 {setting}"],
    [
      "The key looks like one of the Coding Plan, which is charged at {path} only.",
      "密钥看起来属于 Coding Plan，只有发往 {path} 的请求才使用套餐。"
    ],
    ["If there is no balance (1113): {setting}", "如果提示余额不足（1113），请设置 {setting}"],
    [
      "Check that the key belongs to this host: keys of bigmodel.cn and z.ai are separate.",
      "请检查密钥是否属于此站点：bigmodel.cn 与 z.ai 的密钥互不通用。"
    ],
    ["If the key is of {host}: {setting}", "如果密钥属于 {host}，请设置 {setting}"],
    ["cn: {host}.", "cn：{host}。"],
    ["global: {host}.", "global：{host}。"],
    // model
    ["{model} is not in the table of this version.", "{model} 不在本版本的模型表中。"],
    ["zhipu models prints what is known.", "zhipu models 列出已知的模型。"],
    ["{model} is known.", "{model}，已知模型。"],
    ["{model}. Model codes are written in lower case.", "{model}。模型编码应为小写。"],
    ["Write {model}.", "请写成 {model}。"],
    // proxy
    ["None.", "未使用代理。"],
    ["{name} is not the URL of a proxy.", "{name} 不是代理的 URL。"],
    ["Set it like this: {setting}", "请这样设置：{setting}"],
    [
      "{name} names {proxy}, but NO_PROXY exempts {host}: none is used.",
      "{name} 指定了 {proxy}，但 NO_PROXY 排除了 {host}：不使用代理。"
    ],
    [
      "Requests to {host}, this machine itself, go through {proxy} ({name}).",
      "发往本机 {host} 的请求经过 {proxy}（{name}）。"
    ],
    ["If they fail: {setting}", "如果请求失败，请设置 {setting}"],
    ["Requests go through {proxy} ({name}).", "请求经过 {proxy}（{name}）。"],
    // reachable
    ["Not asked (--offline).", "没有检查（--offline）。"],
    ["Not asked, as the base URL cannot be right.", "没有检查，因为服务地址有误。"],
    ["Not asked, as the proxy cannot be used.", "没有检查，因为代理无法使用。"],
    ["Not asked, as the service cannot be reached.", "没有检查，因为无法连接服务端。"],
    ["Not asked, as there is no key that can be sent.", "没有检查，因为没有可以发送的密钥。"],
    ["{host} did not answer within {limit}.", "{host} 在 {limit} 内没有响应。"],
    ["Check the network and any proxy or firewall.", "请检查网络，以及代理或防火墙。"],
    ["The proxy wants a login (HTTP 407).", "代理要求登录（HTTP 407）。"],
    ["Put user and password into the URL of the proxy: {url}", "请把用户名和密码写进代理的 URL：{url}"],
    [
      "{host} answered with {answer} (HTTP {status}), which the service never does.",
      "{host} 返回了{answer}（HTTP {status}），服务端不会返回这样的内容。"
    ],
    [
      "Check the base URL, and whether a proxy or a login page stands in between.",
      "请检查地址，以及中间是否有代理或登录页。"
    ],
    ["{host} answered after {millis} ms (HTTP {status}).", "{host} 在 {millis} ms 后响应（HTTP {status}）。"],
    ["{host} cannot be reached: {trouble} ({code}).", "无法连接 {host}：{trouble}（{code}）。"],
    ["{host} cannot be reached: {trouble}.", "无法连接 {host}：{trouble}。"],
    ["Check the base URL for a typing error, and the network.", "请检查地址有没有写错，再检查网络。"],
    ["Check the network.", "请检查网络。"],
    ["Check the base URL, its port, and any proxy.", "请检查地址及其端口，以及代理。"],
    ["Check any proxy or firewall in between.", "请检查中间是否有代理或防火墙。"],
    [
      "If it wants a login, put user and password into its URL: {url}",
      "如果代理要求登录，请把用户名和密码写进它的 URL：{url}"
    ],
    ["Check the base URL: http:// or https://.", "请检查地址：是 http:// 还是 https://。"],
    [
      "Where a proxy of your company opens connections, set NODE_EXTRA_CA_CERTS to its certificate.",
      "如果公司的代理会解密连接，请把 NODE_EXTRA_CA_CERTS 设为它的证书。"
    ],
    // clock
    ["The service told no time.", "服务端没有给出时间。"],
    ["As the service's.", "与服务端一致。"],
    ["{seconds} s away from the service's.", "与服务端相差 {seconds} 秒。"],
    ...product(
      [
        ["A key does not mind, a signed token (jwt) does.", "直接发送密钥不受影响，用签名的令牌（jwt）则会受影响。"],
        ["Signed tokens are refused (1003).", "签名的令牌会被拒绝（1003）。"],
        ["Signed tokens (jwt) are at risk.", "签名的令牌（jwt）可能被拒绝。"]
      ],
      [["", ""]],
      ["The clock of this machine is {seconds} s {clock} the service's. ", "本机时钟比服务端{clock} {seconds} 秒。"]
    ),
    ["Set the clock, for example by turning on NTP: {command}", "请校准时钟，例如打开 NTP：{command}"],
    // first token
    ...product(
      [
        ["No first token came within {limit}.", "{limit} 内没有收到首个 token。"],
        ["The answer did not end within {limit}.", "回答没有在 {limit} 内结束。"],
        [
          "{model} ended without a token, {tokens} tokens.",
          "{model} 没有输出 token 就结束了，用量 {tokens} 个 token。"
        ],
        ["{model} ended without a token.", "{model} 没有输出 token 就结束了。"]
      ],
      [["", ""]]
    ),
    ...product(
      [
        [
          "{model} gave its first token after {seconds} s, {tokens} tokens.",
          "{model} 在 {seconds} 秒后给出首个 token，用量 {tokens} 个 token。"
        ],
        ["{model} gave its first token after {seconds} s.", "{model} 在 {seconds} 秒后给出首个 token。"]
      ],
      [
        [" That is slow.", "这很慢。"],
        ["", ""]
      ]
    ),
    [
      "{model} may be overloaded: wait, try another model with --model, or allow more time with --timeout.",
      "{model} 可能过载：请稍后再试，用 --model 换一个模型，或用 --timeout 放宽时限。"
    ],
    [
      "Some models spend such a short answer on thinking: try another model with --model.",
      "有些模型会把这样短的回答全部用于思考：请用 --model 换一个模型。"
    ],
    ["The model is busy: wait, or try another with --model.", "模型繁忙：请稍后再试，或用 --model 换一个模型。"],
    ["Set the clock of this machine, or use ZHIPU_AUTH=api-key.", "请校准本机时钟，或使用 ZHIPU_AUTH=api-key。"],
    [
      "Top up the account, try a free model (--model glm-4.7-flash), or use the base URL of your plan.",
      "请为账户充值、试用免费模型（--model glm-4.7-flash），或使用套餐对应的地址。"
    ],
    [
      "zhipu models prints the codes. Set ZHIPU_MODEL, or try another with --model.",
      "zhipu models 列出模型编码。请设置 ZHIPU_MODEL，或用 --model 换一个模型。"
    ],
    ["The key works. Wait, or send fewer requests at a time.", "密钥可用。请稍后再试，或减少并发。"],
    ["The key works. Wait, or try another model with --model.", "密钥可用。请稍后再试，或用 --model 换一个模型。"],
    ["Check the path: {setting}", "请检查路径：{setting}"],
    ["Try another model with --model.", "请用 --model 换一个模型。"],
    // The end
    ["All is well.", "一切正常。"],
    ["Nothing fails; 1 warning.", "没有失败的检查，有 1 个警告。"],
    ["Nothing fails; {count} warnings.", "没有失败的检查，有 {count} 个警告。"],
    ["1 check fails.", "1 项检查失败。"],
    ["{count} checks fail.", "{count} 项检查失败。"],
    ["1 check fails; {warned} warning.", "1 项检查失败，{warned} 个警告。"],
    ["1 check fails; {warned} warnings.", "1 项检查失败，{warned} 个警告。"],
    ["{count} checks fail; {warned} warning.", "{count} 项检查失败，{warned} 个警告。"],
    ["{count} checks fail; {warned} warnings.", "{count} 项检查失败，{warned} 个警告。"]
  ]
}
