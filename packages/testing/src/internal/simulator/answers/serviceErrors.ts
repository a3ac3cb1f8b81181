/**
 * The errors of the service: status and text by business code, and the shapes of their bodies.
 */
import type { Json } from "../json.js"
import type { Language } from "../requests/request.js"

/** @internal */
export interface ServiceError {
  readonly code: string
  readonly status: number
  readonly message: string
}

const resets = "{reset}"

const rows: ReadonlyArray<readonly [status: number, code: string, zh: string, en: string]> = [
  [500, "500", "内部错误", "Internal error"],
  [500, "-1", "内部错误", "Internal error"],
  [401, "401", "令牌已过期或验证不正确", "token expired or incorrect"],
  [401, "1000", "身份验证失败。", "Authentication failed"],
  [401, "1001", "Header中未收到Authentication参数，无法进行身份验证。", "No Authorization header was received"],
  [401, "1002", "Authentication Token非法，请确认Authentication Token正确传递。", "The token is malformed"],
  [401, "1003", "Authentication Token已过期，请重新生成/获取。", "The token has expired, create a new one"],
  [401, "1004", "通过提供的Authentication Token的验证失败。", "The token could not be verified"],
  [401, "1005", "需要二次验证登录。", "A second factor is needed"],
  [500, "1100", "账户读写", "Account read or write failed"],
  [403, "1110", "您的账户当前处于非活动状态，请检查账户信息。", "The account is inactive"],
  [403, "1111", "您的账户不存在。", "The account does not exist"],
  [403, "1112", "您的账户已被锁定，请联系客服解锁。", "The account is locked"],
  [429, "1113", "余额不足或无可用资源包,请充值。", "Insufficient balance, please recharge"],
  [500, "1120", "无法成功访问您的账户，请稍后重试。", "The account cannot be reached, try again later"],
  [429, "1121", "账户存在违规行为，账号已被锁定", "The account is locked for violations"],
  [500, "1200", "API 调用失败。", "The API call failed"],
  [400, "1210", "API 调用参数有误，请检查文档。", "Invalid API parameter, please check the documentation."],
  [400, "1211", "模型不存在，请检查模型代码。", "Unknown Model, please check the model code."],
  [400, "1212", "当前模型不支持该调用方式。", "The model does not support this way of calling"],
  [400, "1213", "未正常接收到参数。", "A parameter was not received"],
  [400, "1214", "参数非法。请检查文档。", "A parameter is illegal, check the documentation"],
  [400, "1215", "参数互斥，不能同时设置，请检查文档。", "Two parameters exclude each other"],
  [403, "1220", "您无权访问该API。", "No permission for this API"],
  [400, "1221", "该API已下线。", "This API is offline"],
  [400, "1222", "该API不存在。", "This API does not exist"],
  [500, "1230", "API 调用流程出错。", "Processing failed"],
  [400, "1231", "您已有相同request_id的请求。", "A request with this request_id exists"],
  [500, "1234", "网络错误，错误id：sim0001，请稍后重试。", "Network error, error id sim0001, try again later"],
  [400, "1261", "Prompt 超长。", "The prompt is too long"],
  [400, "1300", "API 调用被策略阻止。", "The call was blocked by policy"],
  [400, "1301", "输入或生成内容可能包含不安全或敏感内容。", "The input or output may contain unsafe content"],
  [429, "1302", "您的账户已达到速率限制，请您控制请求频率", "Rate limit reached for requests"],
  [429, "1303", "您的账户请求频率过高", "The request frequency is too high"],
  [429, "1304", "该API已达今日调用次数限额", "The daily limit of calls is reached"],
  [429, "1305", "该模型当前访问量过大，请您稍后再试", "The model is overloaded, please try again later"],
  [
    429,
    "1308",
    `已达到 5 小时的使用上限。您的限额将在 ${resets} 重置。`,
    `Usage limit reached for 5 hour. Your limit will reset at ${resets}`
  ],
  [429, "1309", "您的 Coding Plan 套餐已到期", "The Coding Plan has expired"],
  [
    429,
    "1310",
    `您已达到每周/每月使用上限，您的限额将在 ${resets} 重置。`,
    `Weekly/Monthly limit exhausted. Your limit will reset at ${resets}`
  ],
  [429, "1311", "当前订阅套餐暂未开放该模型权限", "The plan does not include this model"],
  [429, "1313", "您的使用违反公平使用规则，已限流", "Limited under the fair-use rules"],
  [429, "1314", "企业套餐已失效", "The enterprise plan is void"],
  [429, "1315", "该 API Key 仅限企业编程套餐使用", "The key is for the enterprise coding plan only"],
  [
    429,
    "1316",
    `已达到 5 小时上限且余额不足，将在 ${resets} 重置。`,
    `5-hour limit reached and no balance for more. Resets at ${resets}`
  ],
  [
    429,
    "1317",
    `已达到 7 天上限且余额不足，将在 ${resets} 重置。`,
    `7-day limit reached and no balance for more. Resets at ${resets}`
  ],
  [
    429,
    "1318",
    `已达到 5 小时上限及成员月度上限，将在 ${resets} 重置。`,
    `5-hour limit and member's monthly cap reached. Resets at ${resets}`
  ],
  [
    429,
    "1319",
    `已达到 7 天上限及成员月度上限，将在 ${resets} 重置。`,
    `7-day limit and member's monthly cap reached. Resets at ${resets}`
  ],
  [
    429,
    "1320",
    `已达到 5 小时上限及企业月度上限，将在 ${resets} 重置。`,
    `5-hour limit and company's monthly cap reached. Resets at ${resets}`
  ],
  [
    429,
    "1321",
    `已达到 7 天上限及企业月度上限，将在 ${resets} 重置。`,
    `7-day limit and company's monthly cap reached. Resets at ${resets}`
  ]
]

const byCode = new Map(rows.map(([status, code, zh, en]) => [code, { status, zh, en }] as const))

const two = (n: number): string => String(n).padStart(2, "0")

/**
 * The parts of a time in Beijing, where the service stamps its ids and messages.
 *
 * @internal
 */
export const beijing = (millis: number): { readonly date: string; readonly time: string } => {
  const at = new Date(millis + 8 * 3_600_000)
  return {
    date: `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`,
    time: `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`
  }
}

/**
 * The error of a business code. `detail` replaces the general text; `now` is where reset times count from.
 *
 * @internal
 */
export const serviceError = (code: string, language: Language, now: number, detail?: string): ServiceError => {
  const row = byCode.get(code)
  if (row === undefined) {
    return { code, status: 400, message: detail ?? (language === "zh" ? "未知错误" : "Unknown error") }
  }
  const reset = beijing(now + 3_600_000)
  return { code, status: row.status, message: detail ?? row[language].replace(resets, `${reset.date} ${reset.time}`) }
}

const errorKinds: Record<number, string> = {
  401: "authentication_error",
  429: "rate_limit_error",
  400: "invalid_request_error"
}

/**
 * The body of an error, in one of the shapes that are seen in the wild.
 *
 * @internal
 */
export const errorBody = (error: ServiceError, envelope: string | undefined, requestId: string): Json => {
  const { code, message, status } = error
  const number = Number(code)
  switch (envelope) {
    case "number":
      return { error: { code: number, message } }
    case "error-string":
      return { error: message, status, timestamp: new Date(0).toISOString() }
    case "flat":
      return { code: number, msg: message, success: false }
    case "message":
      return { message }
    case "code-message":
      return { code: number, message }
    case "bare":
      return { message, success: false }
    case "request-id":
      return { error: { code, message }, request_id: requestId }
    case "anthropic":
      return {
        type: "error",
        error: { type: errorKinds[status] ?? "api_error", code, message: `[${code}][${message}][${requestId}]` },
        request_id: requestId
      }
    default:
      return code === "1301"
        ? { contentFilter: [{ level: 1, role: "user" }], error: { code, message } }
        : { error: { code, message } }
  }
}
