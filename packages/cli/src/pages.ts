/** What the help of a command says beyond its options, as a page of a manual does. Pure data. */

/** @internal */
export type Row = readonly [term: string, text: string]

/** @internal */
export interface Page {
  /** What stands after the name and the options, for example `file...`. */
  readonly operands?: string
  readonly paragraphs?: ReadonlyArray<string>
  readonly sections?: ReadonlyArray<readonly [title: string, rows: ReadonlyArray<Row>]>
}

const seeAlso = (...rows: ReadonlyArray<Row>) => ["See also", rows] as const

/** By the name of the command. @internal */
export const pages: Readonly<Record<string, Page>> = {
  chat: {
    operands: "[prompt]",
    paragraphs: [
      "Options may stand before or after the prompt; of one that is repeated, the last counts. There is no option for " +
        "the key itself, as it would stand in the history and in ps: set ZHIPU_API_KEY, or use --key-stdin.",
      "Alone on a terminal, zhipu holds a conversation: /help there tells of its commands, Ctrl-C stops an answer, Ctrl-D ends."
    ],
    sections: [
      [
        "Examples",
        [
          ["zhipu", "Holds a conversation."],
          ['zhipu "Why is the sky blue?"', "Asks, and shows the answer as it comes."],
          ['git diff | zhipu "Write a commit message."', "Asks about what is piped in; only the answer is piped on."],
          ["zhipu --json Hello | jq .usage", "Prints one ChatCompletion."],
          ['zhipu --messages turns.json "And then?"', "Goes on with a conversation."],
          ["zhipu --dry-run Hello", "Prints the request, and sends nothing."],
          ["zhipu -- models", "Asks with the word models as the prompt."]
        ]
      ]
    ]
  },
  token: {
    sections: [
      [
        "Examples",
        [['curl -H "Authorization: Bearer $(zhipu token)" ...', "Lets curl ask with a token in the place of the key."]]
      ]
    ]
  },
  simulate: {
    sections: [
      [
        "Examples",
        [
          ["zhipu simulate --port 8080", "Answers at http://127.0.0.1:8080/api/paas/v4."],
          ["zhipu simulate --fault code:1305*2", "Refuses two requests as overloaded, then answers."],
          ["zhipu simulate --ttft 2000 --tps 40", "Answers at the pace of a model."]
        ]
      ]
    ]
  },
  doctor: {
    paragraphs: [
      "Each line is a check, its status (ok, warn, fail or skip), what was seen, and after => what to do. The key is never " +
        "shown, nor a part of it. Nothing waits longer than its deadline. The first token is measured with a real " +
        "question of about 20 tokens; --offline asks nothing at all."
    ],
    sections: [
      [
        "Checks",
        [
          ["key", "Which variable the key comes from, which others differ, and what a .env file says beside it."],
          ["key form", "Its kind and form, and whether it can be sent, or sign a token."],
          ["settings", "Whether ZHIPU_AUTH, ZHIPU_REGION, ZHIPU_TIMEOUT and the others can be read (only where not)."],
          ["base url", "Which host and path are used, and why."],
          ["region", "Whether key and host belong together: keys of bigmodel.cn and z.ai are separate."],
          ["model", "Whether the model is known to this version."],
          ["proxy", "Which proxy requests go through, by HTTPS_PROXY, HTTP_PROXY and NO_PROXY."],
          ["reachable", "Whether the host answers, asked without the key."],
          ["clock", "How far this machine's clock is from the service's Date. Signed tokens carry times."],
          ["first token", "Whether the key is taken, and how soon a first token comes."]
        ]
      ],
      [
        "Exit codes",
        [
          ["0", "Nothing fails; there may be warnings."],
          ["1", "The model is unknown, or the request was refused."],
          ["3", "The key, the clock or a setting is wrong, or the path of the base URL."],
          ["4", "Rate limit, quota or balance: the key itself works."],
          ["5", "The service cannot be reached, is overloaded, or does not answer in time."]
        ]
      ],
      [
        "Examples",
        [
          ["zhipu doctor --offline", "Looks at the settings alone."],
          ["zhipu doctor --auth jwt --timeout 10s", "Checks with a signed token, ten seconds a question at most."],
          [
            "zhipu doctor --json | jq '.checks[] | select(.status == \"fail\")'",
            "Prints {version, ok, exitCode, checks: [{name, status, seen, advice}]}, and takes what fails."
          ]
        ]
      ],
      seeAlso(["zhipu simulate", "A service to try it on."])
    ]
  },
  migrate: {
    operands: "file...",
    paragraphs: [
      "Reads requests (JSON, an array of them, or JSON Lines as for the batch API) and code that calls the API (TypeScript, " +
        "JavaScript, Python, shell with curl) and names, with the line, what the move to GLM-4.6 asks to change, why, and " +
        "what to write. A file named - is standard input. Nothing is changed, and nothing is sent. Code is read by " +
        "patterns: what is put together at run time is not seen."
    ],
    sections: [
      [
        "Levels",
        [
          ["must", "The service refuses it, or the result is wrong."],
          ["should", "It works, but not as meant, or not as well as it could."]
        ]
      ],
      [
        "Exit codes",
        [
          ["0", "Nothing was found."],
          ["1", "Something was found, of either level."],
          ["2", "A file cannot be read."]
        ]
      ],
      [
        "Examples",
        [
          ["zhipu migrate src/chat.ts request.json", "Checks code and a request."],
          ["git ls-files '*.py' | xargs zhipu migrate", "Checks a whole project."],
          [
            "zhipu migrate --json requests.jsonl | jq -r '.findings[].rule'",
            "Prints {files, findings: [{file, line, rule, level, what, why, instead, source, text}]}, and takes the rules."
          ],
          ["zhipu migrate --rules", "Prints all rules, with where each comes from."]
        ]
      ],
      seeAlso(
        ["zhipu --dry-run", "Prints a request, which can be piped to zhipu migrate -."],
        ["zhipu models", "What each model can do."]
      )
    ]
  },
  completions: {
    operands: "bash|zsh|fish",
    sections: [
      [
        "Examples",
        [
          ["bash", "Add to ~/.bashrc: source <(zhipu completions bash)"],
          ["zsh", "zhipu completions zsh > ~/.zfunc/_zhipu, with fpath+=~/.zfunc before compinit in ~/.zshrc."],
          ["fish", "zhipu completions fish > ~/.config/fish/completions/zhipu.fish"]
        ]
      ]
    ]
  }
}
