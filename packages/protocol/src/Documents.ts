/**
 * The documents of a chat call, with the names that they have on the wire, and the events of a streamed answer.
 *
 * Types alone. A field that is not typed here may be there all the same, as the service adds some between versions.
 *
 * @since 0.1.0
 */
export type {
  ChatCompletionChunk,
  ChunkChoice,
  Delta,
  FunctionCallPiece,
  ServiceCall
} from "./internal/documents/chunk.js"
export type {
  ChunkEvent,
  ContentDelta,
  Extra,
  Finished,
  ReasoningDelta,
  Started,
  ToolCallCompleted,
  ToolCallDelta,
  ToolCallStarted,
  UsageTold,
  Warning,
  WarningCode,
  WebSearch
} from "./internal/documents/chunkEvent.js"
export type {
  ChatCompletion,
  Choice,
  ContentFilter,
  FunctionCall,
  ResponseMessage,
  ToolCall,
  Usage,
  WebSearchResult
} from "./internal/documents/completion.js"
export type {
  AssistantMessage,
  AssistantToolCall,
  AudioPart,
  DeveloperMessage,
  FilePart,
  FileUrlPart,
  ImagePart,
  Message,
  Part,
  SystemMessage,
  TextPart,
  ToolMessage,
  UserMessage,
  VideoPart
} from "./internal/documents/message.js"
export type { KnownModel } from "./internal/documents/models.js"
export type { Open } from "./internal/documents/open.js"
export type {
  ChatRequest,
  FunctionTool,
  McpTool,
  Meta,
  OtherTool,
  ResponseFormat,
  RetrievalTool,
  SensitiveWordCheck,
  StreamOptions,
  Thinking,
  Tool,
  ToolChoice,
  WebSearchTool
} from "./internal/documents/request.js"
