/** Words that are commands in other tools, such as `llm`, `aichat` and `ollama`: no question that somebody means to pay for. Pure. */

/** The command that does it here; none where nothing does. */
const commands: ReadonlyMap<string, string | undefined> = new Map([
  ["ask", 'zhipu "…"'],
  ["prompt", 'zhipu "…"'],
  ["repl", "zhipu chat"],
  ["session", "zhipu chat"],
  ["login", "zhipu keys set"],
  ["auth", "zhipu keys set"],
  ["key", "zhipu keys"],
  ["logout", "zhipu keys remove NAME"],
  ["configure", "zhipu config"],
  ["init", "zhipu config"],
  ["setup", "zhipu config"],
  ["settings", "zhipu config"],
  ["template", "zhipu templates"],
  ["roles", "zhipu templates"],
  ["log", "zhipu logs"],
  ["history", "zhipu logs"],
  ["sessions", "zhipu logs"],
  ["run", "zhipu -m MODEL"],
  ["use", "zhipu -m MODEL"],
  ["list", "zhipu models"],
  ["ls", "zhipu models"],
  ["show", "zhipu models"],
  ["serve", "zhipu simulate"],
  ["server", "zhipu simulate"],
  ["embeddings", "zhipu embed"],
  ["status", "zhipu doctor"],
  ["check", "zhipu doctor"],
  ["whoami", "zhipu doctor"],
  ["test", "zhipu doctor"],
  ["usage", "zhipu quota"],
  ["version", "zhipu --version"],
  ["completion", "zhipu completions"],
  ["man", "zhipu --help"],
  ...["pull", "push", "rm", "update", "upgrade", "install", "plugins", "aliases", "tools", "exit", "quit", "clear"].map(
    (word) => [word, undefined] as const
  )
])

const verbs: ReadonlySet<string> = new Set(
  "list ls show get set unset add remove rm delete path status login logout edit".split(" ")
)

/** What a verb is said after. */
const withVerbs: ReadonlySet<string> = new Set(
  "auth key template roles log history sessions plugins aliases tools".split(" ")
)

const isModel = (word: string): boolean => /^(?:glm|charglm|cogview|cogvideo|embedding)-?[\w.:-]*$/i.test(word)

/**
 * What may be meant by the words of a command line that name no command; `undefined` where they are a question, as
 * `list three fruits` and `run me through it` are.
 *
 * @internal
 */
export const meant = (words: ReadonlyArray<string>): { readonly instead: string | undefined } | undefined => {
  const [first = "", second, ...rest] = words
  if (!commands.has(first)) return undefined
  const instead = commands.get(first)
  if (second === undefined) return { instead }
  if (isModel(second) && rest.length === 0) return { instead: `zhipu -m ${second}` }
  return verbs.has(second) && rest.length <= 2 && withVerbs.has(first) ? { instead } : undefined
}
