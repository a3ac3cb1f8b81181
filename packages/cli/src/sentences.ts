/** What the command says of itself, in English and in Chinese. Names in braces are filled in. Pure data. */

/** @internal */
export const table = {
  simulatorForLackOfKey: {
    en: "No API key is set: answering from the built-in simulator. Set ZHIPU_API_KEY to talk to the real service.",
    zh: "没有设置 API 密钥：由内置的模拟器回答。要访问真实的服务，请设置 ZHIPU_API_KEY。"
  },
  simulatorAsAsked: {
    en: "zhipu: The built-in simulator answers, as was asked for: what it says is made up.",
    zh: "zhipu: 按要求由内置的模拟器回答：内容是编造的。"
  },
  noKeyNoAnswer: {
    en:
      "There is no API key, so nobody was asked. Set ZHIPU_API_KEY (for z.ai: ZAI_API_KEY) to the key of your account. Where a made-up " +
      "answer will do, as in a test, ask the built-in simulator for it: --simulate, or ZHIPU_SIMULATE=1.",
    zh:
      "没有 API 密钥，因此没有提问。请把 ZHIPU_API_KEY（z.ai 用 ZAI_API_KEY）设为你账号的密钥。如果编造的回答也可以（例如用于测试），请明确要求内置的" +
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
  }
} as const satisfies Readonly<Record<string, { readonly en: string; readonly zh: string }>>

/** @internal */
export type Key = keyof typeof table
