/** Why a file or a URL is not attached, in Chinese. Pure data. */
import type { Book, Phrase } from "../phrases.js"

const kind: ReadonlyArray<Phrase> = [
  ["an image", "图片"],
  ["a video", "视频"],
  ["a document", "文档"]
]

const kinds: ReadonlyArray<Phrase> = [
  ["images", "图片"],
  ["videos", "视频"],
  ["documents", "文档"]
]

const formats: ReadonlyArray<Phrase> = [
  ["images are taken as png or jpeg", "图片只支持 png 和 jpeg"],
  ["videos are taken as mp4, mov or mkv", "视频只支持 mp4、mov 和 mkv"],
  ["files are taken as text, pdf, doc, docx, xlsx or pptx", "文件只支持文本、pdf、doc、docx、xlsx 和 pptx"]
]

const why: ReadonlyArray<Phrase> = [
  ["there is no such file", "没有这个文件"],
  ["it is a directory", "是一个目录"],
  ["permission is denied", "没有权限"],
  ["it failed", "操作失败"]
]

/** What is said after the name of the file or the URL. */
const problems: ReadonlyArray<Phrase> = [
  ["is empty", "是空文件"],
  ["holds no text", "里没有文本"],
  ["cannot be read", "无法读取"],
  ["cannot be read: {why}", "无法读取：{why}"],
  ["cannot be read: {code}", "无法读取：{code}"],
  [
    "is a pipe, not a file: what is piped in goes before the prompt by itself",
    "是管道，不是文件：管道传入的内容会自动放在提示词之前"
  ],
  ["is no regular file", "不是普通文件"],
  [
    "holds text, though its name says {type}: rename it to send it as text",
    "内容是文本，文件名却表示 {type}：要作为文本发送，请改名"
  ],
  [
    "is neither UTF-8 nor UTF-16 with a byte order mark: where it is text, convert it, for example with {command}",
    "既不是 UTF-8，也不是带 BOM 的 UTF-16：如果是文本，请先转换编码，例如 {command}"
  ],
  [
    "is neither text, image, video nor a document that the service takes",
    "不是文本、图片、视频，也不是服务端支持的文档"
  ],
  [
    "is text of more than {limit}, which no model can read at once: send a part of it",
    "是超过 {limit} 的文本，任何模型都无法一次读完：请只发送一部分"
  ],
  ["is {type}, and {formats}", "的类型是 {type}，而{formats}"],
  [
    "has {size}, and {model} takes {kinds} of {limit} at the most: make it smaller, or give its URL",
    "大小为 {size}，而 {model} 支持的{kinds}最大为 {limit}：请缩小文件，或改用 URL"
  ],
  [
    "is {kind}, and {model} takes {kinds} by URL only. Models that take their content: {models} and others (zhipu models)",
    "是{kind}，而 {model} 的{kinds}只能用 URL。可以直接发送内容的模型：{models} 等（见 zhipu models）"
  ],
  [
    "is {kind}, and {model} takes {kinds} by URL only. Models that take their content: {models}",
    "是{kind}，而 {model} 的{kinds}只能用 URL。可以直接发送内容的模型：{models}"
  ],
  [
    "is {kind}, and {model} takes no {kinds}. Models that take them: {models} and others (zhipu models)",
    "是{kind}，而 {model} 不支持{kinds}。支持的模型：{models} 等（见 zhipu models）"
  ],
  [
    "is {kind}, and {model} takes no {kinds}. Models that take them: {models}",
    "是{kind}，而 {model} 不支持{kinds}。支持的模型：{models}"
  ],
  ["cannot be sent: {what}", "无法发送：{what}"],
  [
    "does not tell by its name what it is: write image:, video: or file: before the URL",
    "从名称看不出类型：请在 URL 之前写 image:、video: 或 file:"
  ]
]

/** @internal */
export const attachments: Book = {
  lists: { kind, kinds, formats, why },
  phrases: [
    ...problems.map(([english, chinese]): Phrase => [`{option}: {path} ${english}.`, `{option}：{path} ${chinese}。`]),
    ["{option}: This file: URL leads to no path here.", "{option}：这个 file: URL 在本机上没有对应的路径。"],
    ["{option}: It takes a path, or an http: or https: URL.", "{option}：需要路径，或 http:、https: 的 URL。"],
    [
      "{option}: It takes a path or a URL. What is piped in goes before the prompt by itself.",
      "{option}：需要路径或 URL。管道传入的内容会自动放在提示词之前。"
    ],
    [
      "{option}: {model} takes no documents together with images or videos: ask in two prompts.",
      "{option}：{model} 不能同时接收文档和图片或视频：请分两次提问。"
    ]
  ]
}
