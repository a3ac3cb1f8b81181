// Configuration: one ConfigError, and constructors that begin with a capital.
import { calls, renamed, replaced } from "./rule.mjs"

/** What was wrong stands in the message; where, before it. */
const configError = (path, message) => {
  const names = /^\[([^\]]*)\]$/.exec(path)?.[1]
  const where = /^"[^"]*"$/.test(names ?? "") ? names.slice(1, -1) : undefined
  const dotted = /^([\w.]+)\.split\("\."\)$/.exec(path)?.[1]
  if (dotted !== undefined) {
    return `new Config.ConfigError(new ConfigProvider.SourceError({ message: \`\${${dotted}}: \${${message}}\` }))`
  }
  const text =
    where === undefined
      ? message
      : /^[`"]/.test(message)
        ? `${message[0]}${where}: ${message.slice(1)}`
        : `\`${where}: \${${message}}\``
  return `new Config.ConfigError(new ConfigProvider.SourceError({ message: ${text} }))`
}

export const config = [
  replaced(/!ConfigError\.isConfigError\((\w+)\)/g, "!($1 instanceof Config.ConfigError)"),
  calls("ConfigError.isConfigError", (value) => `${value} instanceof Config.ConfigError`),
  calls("ConfigProvider.fromMap", (map) => `ConfigProvider.fromEnvRecord(Object.fromEntries(${map}))`),
  calls(
    "Effect.withConfigProvider",
    (...args) =>
      `Effect.provideService(${[...args.slice(0, -1), "ConfigProvider.ConfigProvider", args.at(-1)].join(", ")})`
  ),
  calls("Layer.setConfigProvider", (provider) => `ConfigProvider.layer(${provider})`),
  calls("Logger.replace", (_, logger) => `Logger.layer([${logger}])`),
  replaced(/Config\.literal\(([^()]*)\)\(("[^"]+")\)/g, "Config.Literals([$1], $2)"),
  calls("ConfigError.SourceUnavailable", (path, message) => configError(path, message)),
  calls("Config.mapOrFail", (config, check) => {
    const match = /^Option\.match\(([\s\S]*)\)$/.exec(check)?.[1]
    const checked = match === undefined ? `(${check})(given)` : `Option.match(given, ${match})`
    return `Config.mapEffect(${config}, (given) => Effect.fromResult(${checked}))`
  }),
  calls("ConfigError.InvalidData", configError),
  calls("ConfigError.MissingData", configError),
  calls("Config.literal", (...values) => `Config.Literals([${values.join(", ")}])`),
  renamed({
    "ConfigError.ConfigError": "Config.ConfigError",
    "Config.string": "Config.String",
    "Config.number": "Config.Number",
    "Config.integer": "Config.Int",
    "Config.redacted": "Config.Redacted"
  })
]
