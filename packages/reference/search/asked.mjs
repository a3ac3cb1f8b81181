// What people look for, in words that the sections which answer do not use themselves: names of tools, spellings, the terms of
// other libraries. A section is named by its English address; its Chinese twin is found by the Chinese words as well. A section
// that is not there fails the build.

export const asked = [
  // Servers and pages
  [
    "guide/servers#next",
    "nextjs, next js, next.js stream, stop when visitor leaves, stop when the visitor leaves, next.js route handler, app router, vercel",
    "Next.js 流式"
  ],
  ["guide/servers#express", "expressjs, express.js, express middleware, body parser", ""],
  ["guide/servers#nest", "nestjs, nest.js, nest controller, body parser", ""],
  ["guide/servers#nodehttp", "node http server, koa, raw http", ""],
  ["guide/servers#cloudflare-workers", "wrangler, workerd, edge functions", "边缘函数"],
  [
    "guide/servers#what-to-ask-of-the-visitor",
    "abuse, csrf, cors, security of a route, rate limit per visitor",
    "跨域, 防刷, 防滥用"
  ],
  [
    "guide/servers",
    "backend, server, sse, server sent events, websocket, stop when visitor leaves, stop when the visitor leaves, visitor leaves, client disconnects",
    "后端, 服务器, 流式接口"
  ],
  [
    "guide/browsers",
    "frontend, front end, web page, eventsource, websocket, vue, svelte, browser",
    "前端, 网页, 小程序, 微信小程序"
  ],
  ["guide/browsers#react", "usechat, react hook, hook", "React 组件"],

  // Runtimes, modules, other editions
  [
    "guide/questions#can-i-use-it-from-commonjs",
    "commonjs, cjs, require, require is not defined, ERR_REQUIRE_ESM, esm only, must use import to load es module",
    ""
  ],
  ["guide/questions#docker", "dockerfile, container, kubernetes, k8s, alpine", "容器, 镜像, 部署"],
  ["guide/layers#runtimes", "bun, deno, lambda, aws lambda, serverless, edge runtime", "云函数, 无服务器"],
  [
    "guide/questions#the-compiler-complains-of-a-file-in-node_modules",
    "typescript error, tsconfig, skipLibCheck, module resolution, cannot find module, type error",
    "类型错误, 编译错误, 编译报错"
  ],
  [
    "guide/effect-4",
    "effect v4, effect 4, upgrade effect, move to effect 4, migrate to effect 4, ERESOLVE, peer dependency",
    "升级, 依赖冲突"
  ],
  [
    "guide/effect-4#what-your-own-code-spells-otherwise",
    "layer.scoped, managed.runtime, managed.runtime is not a function, effect.catchall, effect.either, context.tag, either",
    ""
  ],
  ["guide/one-file", "bundle, esbuild, webpack, rollup, single file, executable", "打包, 单文件, 可执行文件"],
  [
    "guide/without-effect",
    "promise, async await, plain javascript, vanilla javascript, simple client",
    "不用 Effect, 异步"
  ],

  ["guide/quick-start#install", "install, installation, npm, getting started, setup", "安装, 入门"],

  // Keys and addresses
  [
    "guide/quick-start#a-key-or-a-simulator",
    "api key, get an api key, environment variable, ZHIPU_API_KEY",
    "密钥, 环境变量, api key"
  ],
  [
    "guide/questions#a-key-for-each-customer-or-tenant",
    "per user api key, api key per user, key for each user, multi tenant, multitenant, tenants, customer key",
    "多用户密钥, 每个用户一个密钥, 多租户, 用户密钥"
  ],
  [
    "guide/recipes#many-keys",
    "key rotation, rotate keys, several api keys, key pool",
    "密钥轮换, 多密钥, 密钥池, 轮询"
  ],
  [
    "guide/http-guide#key-address-headers",
    "base url, baseurl, custom endpoint, headers, gateway, self hosted, azure",
    "自定义地址, 接口地址, 请求头, 网关, 内网, 私有化部署"
  ],
  ["guide/http-guide#authentication", "jwt, token, bearer, authorization", "鉴权, 认证"],
  ["guide/recipes#one-call-that-is-different", "options of one call, per request options, request options", "单次调用"],

  // Limits, time, failures
  [
    "guide/questions#429-what-do-1302-and-1113-mean",
    "429, too many requests, rate limit, rate limited, insufficient balance, quota, arrears",
    "限流, 频率限制, 请求过多, 余额不足, 欠费, 余额, 额度"
  ],
  [
    "guide/questions#one-limit-for-many-processes",
    "rate limit many processes, rate limit across processes, distributed rate limit, global rate limit",
    "多进程限流, 分布式限流, 限流"
  ],
  [
    "guide/recipes#limits-across-processes",
    "rate limit many processes, redis rate limit",
    "多进程限流, 分布式限流, 限流"
  ],
  ["guide/layers#limits-that-processes-share", "concurrency, max in flight, semaphore", "并发限制, 并发上限"],
  [
    "guide/recipes#retries",
    "retry, retries, backoff, exponential backoff, maxretries, max retries, retry after",
    "重试, 退避, 自动重试"
  ],
  ["guide/quick-start#retries-and-deadlines", "retry, timeout", "重试, 超时"],
  [
    "guide/questions#how-do-i-give-one-call-or-one-request-a-timeout",
    "timeout, time out, timed out, deadline, slow, hangs, stuck",
    "超时, 卡住, 太慢"
  ],
  ["guide/recipes#deadlines", "timeout, timeouts, idle timeout", "超时, 超时设置"],
  [
    "guide/questions#how-do-i-stop-or-cancel-a-call-by-abortsignal",
    "abort, cancel, stop generating, abortcontroller, interrupt",
    "中断, 取消, 停止生成, 终止"
  ],
  ["guide/without-effect#a-stop-button", "abort, cancel, stop generating, abortcontroller", "中断, 停止生成, 取消"],
  ["guide/recipes#stopping-a-stream", "stop generating, stop sequence, interrupt", "中断, 停止生成"],
  [
    "guide/questions#how-do-i-go-through-a-proxy",
    "proxy, https_proxy, corporate proxy, vpn, firewall",
    "代理, 内网, 防火墙, 翻墙"
  ],
  ["guide/recipes#proxies", "proxy, proxies, corporate proxy, https_proxy, socks", "代理, 代理服务器"],
  [
    "guide/questions#how-do-i-continue-a-truncated-answer-or-resume-a-broken-stream",
    "truncated, cut off, continue, resume, reconnect, incomplete",
    "截断, 续写, 断线重连, 断点续传, 恢复"
  ],
  [
    "guide/recipes#an-answer-that-was-cut",
    "max_tokens, finish_reason length, truncated, max tokens",
    "截断, 输出不完整, 超出长度"
  ],
  [
    "guide/errors#all-of-them",
    "error codes, status codes, business codes, exceptions",
    "错误码, 业务码, 状态码, 报错, 异常"
  ],
  ["guide/errors", "error handling, try catch", "错误处理, 异常处理"],
  [
    "guide/recipes#another-model",
    "fallback, fallback model, switch model, backup model",
    "备用模型, 切换模型, 降级, 熔断"
  ],
  [
    "packages/client#many-keys-fallback-circuit-breaker",
    "circuit breaker, fallback, load balancing",
    "熔断, 备用模型, 降级, 负载均衡"
  ],

  // Tokens and money
  [
    "guide/questions#how-do-i-count-tokens-before-sending",
    "count tokens, token count, tiktoken, tokenizer, context length, context window",
    "计算 token, token 计数, 分词, 上下文长度, 上下文超长"
  ],
  [
    "guide/recipes#cost-and-tokens",
    "cost, costs, price, prices, pricing, billing, usage, spend, budget",
    "计费, 费用, 价格, 收费, 账单, 用量, 成本"
  ],
  ["guide/bulk#a-budget", "budget, spending limit", "预算, 费用上限"],
  ["guide/recipes#keeping-answers", "cache, caching, response cache, memoize", "缓存"],

  // Answers
  [
    "guide/recipes#typed-objects",
    "structured output, structured outputs, json mode, json schema, json, response_format, zod, typed output",
    "结构化输出, JSON 输出, 格式化输出"
  ],
  [
    "packages/client#typed-objects",
    "structured output, json schema, json mode, generateObject",
    "结构化输出, JSON 输出"
  ],
  ["guide/recipes#tools", "function calling, tool calling, tools, tool use", "函数调用, 工具调用, 工具"],
  ["guide/http-guide#function-calling", "function calling, tool calls, tool_choice", "函数调用, 工具调用"],
  [
    "guide/recipes#an-agent-with-approvals",
    "agent, agents, human in the loop, langchain, langgraph",
    "智能体, 代理人, 人工确认, Agent"
  ],
  ["guide/recipes#tools-of-mcp-servers", "mcp, model context protocol, mcp client", "MCP 客户端"],
  [
    "guide/http-guide#several-turns",
    "conversation, chat history, memory, context, multi turn",
    "多轮对话, 上下文, 历史, 记忆"
  ],
  ["guide/http-guide#streaming", "stream, streaming, sse, server sent events", "流式, 流式输出, 打字机效果"],
  ["guide/http-guide#images", "vision, image input, picture, multimodal, base64", "图片, 识图, 图片理解, 多模态"],
  [
    "guide/glm-4.6#model-sampling-thinking",
    "thinking, reasoning, disable thinking, temperature, top_p",
    "思考, 深度思考, 关闭思考, 温度"
  ],
  [
    "guide/recipes#keeping-reasoning-between-turns",
    "reasoning_content, preserved thinking, chain of thought",
    "思维链, 推理内容"
  ],
  [
    "guide/beyond-chat#before-you-show-a-text",
    "moderation, content filter, safety, sensitive",
    "敏感词, 内容审核, 内容安全"
  ],

  // Beside chat
  ["guide/questions#how-do-i-get-embeddings", "embedding, embeddings, vector, vectors", "向量, 嵌入, 向量化"],
  [
    "guide/beyond-chat#search-by-meaning",
    "semantic search, vector database, rerank, embeddings",
    "语义搜索, 向量数据库, 向量检索, 重排序"
  ],
  [
    "guide/questions#how-do-i-answer-from-my-own-documents-rag",
    "rag, retrieval, knowledge base, documents, langchain, llamaindex",
    "知识库, 检索增强, 文档问答"
  ],
  [
    "guide/questions#how-do-i-upload-a-file-and-use-it",
    "upload, file, pdf, document, upload size limit, file size limit, maximum file size",
    "上传文件, 文件, PDF, 上传大小限制, 文件大小"
  ],
  ["guide/beyond-chat#an-image", "image generation, generate image, cogview, dall-e", "生成图片, 文生图, 画图, 绘图"],
  ["guide/beyond-chat#a-video", "video generation, cogvideox, sora", "生成视频, 文生视频, 视频"],
  ["guide/beyond-chat#a-batch", "batch, batch api, half price", "批处理, 半价"],
  [
    "guide/questions#how-do-i-run-10000-prompts-that-survive-a-crash",
    "bulk, many prompts, 10000 prompts, queue, resume after crash, thousands of prompts",
    "批量, 大量提示词, 队列"
  ],
  ["guide/recipes#thousands-of-prompts", "parallel, concurrency, concurrent, promise.all", "并发, 批量, 并行"],
  [
    "guide/from-vendor-sdks#other-endpoints",
    "audio, speech, tts, whisper, transcription, fine tuning, other endpoints",
    "语音, 语音识别, 语音合成, 微调"
  ],
  ["packages/api#modules", "web search, search the web, ocr, tokenizer", "联网搜索, 网络搜索, 搜索引擎"],

  // Coming from elsewhere
  [
    "guide/from-openai",
    "openai, openai sdk, chatgpt, gpt, openai compatible, deepseek, anthropic, claude",
    "迁移, OpenAI 兼容"
  ],
  [
    "guide/from-openai#what-you-write-and-what-you-write-here",
    "azure, azure openai, azureopenai, openai compatible",
    "Azure"
  ],
  ["guide/from-ai-sdk", "vercel ai sdk, ai sdk, generateText, streamText, usechat", "Vercel AI SDK"],
  ["guide/from-vendor-sdks", "zhipuai sdk, zai-sdk, python sdk, official sdk, migrate", "官方 SDK, Python"],

  // Tests and watching
  ["guide/testing#jest", "jest, mocha, node test, vitest", "单元测试"],
  ["guide/testing", "test, testing, unit test, mock, vitest, fake", "测试, 单元测试, 模拟"],
  [
    "guide/testing#the-simulator",
    "simulator, offline, local server, without a key, fake server",
    "模拟器, 离线, 本地, 不用密钥"
  ],
  ["guide/testing#recordings", "record, replay, fixtures, vcr, nock, msw", "录制, 回放"],
  [
    "guide/questions#how-do-i-log-prompts-and-answers",
    "log, logging, logs, debug, log prompts",
    "日志, 调试, 记录提示词"
  ],
  [
    "guide/recipes#telemetry",
    "opentelemetry, otel, tracing, traces, spans, metrics, langfuse, observability, monitoring",
    "链路追踪, 可观测, 指标, 监控"
  ],
  ["packages/monitor", "dashboard, monitoring, prometheus, grafana, alerts", "监控, 告警, 仪表盘, 看板"],

  // At a terminal
  ["packages/cli#settings-keys-templates", "keychain, keyring, key store, secret-tool, libsecret", "钥匙串, 密钥库"],
  ["guide/command-line", "cli, terminal, shell, command", "命令行, 终端"],
  ["guide/command-line#settings-keys-templates", "config, settings, template, system prompt", "配置, 设置, 模板"],
  [
    "packages/cli#when-something-does-not-work-zhipu-doctor",
    "doctor, diagnose, troubleshooting, not working",
    "诊断, 排查, 不能用"
  ],
  ["packages/cli#exit-codes", "exit code, exit status", "退出码"]
]
