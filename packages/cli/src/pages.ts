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
  zhipu: {
    operands: "[prompt]",
    paragraphs: [
      "Options may stand before or after the prompt; of one that is repeated, the last counts (each --file does). There is no " +
        "option for the key itself, as it would stand in the history and in ps: set ZHIPU_API_KEY, or use --key-stdin.",
      "Alone on a terminal, zhipu holds a conversation: /help there tells of its commands, Ctrl-C stops an answer, Ctrl-D ends."
    ],
    sections: [
      [
        "Files",
        [
          ["text", "UTF-8, or UTF-16 with a byte order mark: goes before the prompt, under its name."],
          ["images", "png or jpeg of up to 5 MB, for a model that can see: glm-4.6v, for example."],
          [
            "videos, documents",
            "mp4, mov, mkv; pdf, doc, docx, xlsx, pptx. zhipu models tells which model takes them."
          ],
          [
            "http: and https: URLs",
            "The service fetches them. Before one whose name does not tell: image:, video: or file:."
          ]
        ]
      ],
      [
        "Examples",
        [
          ["zhipu", "Holds a conversation."],
          ['zhipu "Why is the sky blue?"', "Asks, and shows the answer as it comes."],
          ['git diff | zhipu "Write a commit message."', "Asks about what is piped in; only the answer is piped on."],
          ['zhipu -c "And in winter?"', "Asks within the last conversation; zhipu -c alone goes on with it."],
          ["zhipu --json Hello | jq .usage", "Prints one ChatCompletion."],
          ['zhipu --messages turns.json "And then?"', "Goes on with a conversation."],
          ['zhipu -f notes.md "Sum this up."', "Asks about a text file, which goes before the prompt."],
          ['zhipu -m glm-4.6v -f cat.png "What is this?"', "Asks a model that can see about an image."],
          ["zhipu --dry-run Hello", "Prints the request, and sends nothing."],
          ["zhipu -- models", "Asks with the word models as the prompt."]
        ]
      ]
    ]
  },
  chat: {
    operands: "[prompt]",
    paragraphs: [
      "/help there tells of its commands, Ctrl-C stops an answer, Ctrl-D ends. Each turn is kept when its answer has come, in a file that " +
        "nobody else may read: zhipu logs path tells where. Keys are not in it. --no-log keeps nothing, nor does ZHIPU_LOG=0."
    ],
    sections: [
      [
        "Examples",
        [
          ["zhipu chat", "Begins a conversation."],
          ["zhipu chat -c", "Goes on with the last one."],
          ["zhipu chat --continue ID", "Goes on with one of zhipu logs; the begin or the end of the id will do."],
          ["zhipu chat --messages turns.json", "Goes on with the messages of a file."],
          ['zhipu -c "And in winter?"', "Asks one thing within the last conversation."]
        ]
      ],
      seeAlso(["zhipu logs", "The conversations that are kept."])
    ]
  },
  logs: {
    operands: "[list | show [id] | search text | delete id... | path]",
    paragraphs: [
      "What a person asks at a terminal is kept; what a script asks is not, but with --log or ZHIPU_LOG=1. A conversation is a file, to which " +
        "each turn is added; the folder has the permissions 700, its files 600. For an id its begin or end will do, or last."
    ],
    sections: [
      [
        "Examples",
        [
          ["zhipu logs", "Lists the last conversations: id, time (UTC), turns, model, first prompt."],
          ["zhipu logs show last", "Prints the last one."],
          ["zhipu logs show ID --json > turns.json", "Writes its messages, as --messages reads them."],
          ["zhipu logs search blue", "Prints where the word stands."],
          ["zhipu logs delete --all", "Deletes every conversation."]
        ]
      ],
      seeAlso(["zhipu chat --continue ID", "Goes on with one."])
    ]
  },
  config: {
    operands: "[list | path | get name | set name value | unset name]",
    paragraphs: [
      "The file is config.json in $XDG_CONFIG_HOME/zhipu, by default ~/.config/zhipu. An option goes before a variable, a variable before the " +
        "file. Keys are not in it: zhipu keys stores them."
    ],
    sections: [
      [
        "Settings",
        [
          ["model", "The model (ZHIPU_MODEL)."],
          ["system", "Instructions, where --system is not given (ZHIPU_SYSTEM)."],
          ["thinking", "enabled or disabled (ZHIPU_THINKING)."],
          ["reasoning", "show or hide (ZHIPU_REASONING)."],
          ["log", "on: also what scripts ask is kept; off: nothing is (ZHIPU_LOG)."],
          ["key", "Which of the stored keys is used (ZHIPU_KEY). Default: the first."],
          ["region, base-url", "Where the service is (ZHIPU_REGION, ZHIPU_BASE_URL)."],
          ["auth", "api-key or jwt (ZHIPU_AUTH)."],
          ["timeout, max-retries", "As --timeout (ZHIPU_TIMEOUT), and ZHIPU_MAX_RETRIES."]
        ]
      ],
      [
        "Examples",
        [
          ["zhipu config set model glm-4.7", "Asks this model where none is named."],
          ["zhipu config", "Prints what is set."],
          ["zhipu config unset model", "Takes it away."]
        ]
      ]
    ]
  },
  keys: {
    operands: "[list | path | set [name] | remove name]",
    paragraphs: [
      "set asks for the key at a terminal, without showing it, and elsewhere reads the first line of standard input. The file is keys.json " +
        "beside that of zhipu config, with the permissions 600. A key of the environment goes before all of them. No key is ever printed."
    ],
    sections: [
      [
        "Examples",
        [
          ["zhipu keys set", "Stores a key of bigmodel.cn."],
          ["zhipu keys set global", "Stores a key of z.ai."],
          ["pass zhipu | zhipu keys set work", "Stores one under a name of its own."],
          ["zhipu config set key work", "Uses that."],
          ["zhipu keys", "Prints names and regions, and which is in use."]
        ]
      ],
      seeAlso(["zhipu doctor", "Tells whether the key works."])
    ]
  },
  templates: {
    operands: "[list | path | show name | set name | edit name | remove name]",
    paragraphs: [
      "A template is a text with names in braces: {{input}} is the prompt, with what is piped in; {{language}} is given by --param " +
        "language=French; for {{language|English}} English stands where it is not given. Without {{input}} the prompt goes after the text. " +
        "Between two lines of --- above the text, model, system, thinking, temperature, top-p and max-tokens may be set, as in model: " +
        "glm-4.6; options go before them. set reads standard input, edit opens $VISUAL or $EDITOR."
    ],
    sections: [
      [
        "Examples",
        [
          ["echo 'Sum this up in {{n|3}} sentences: {{input}}' | zhipu templates set sum", "Makes one."],
          ["zhipu -t sum -p n=1 < article.txt", "Asks by it."],
          ["zhipu chat -t poet", "Holds a conversation with its model and its instructions."]
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
  monitor: {
    paragraphs: [
      "The address of the page goes to standard output, all else to standard error. An application makes its monitor with " +
        "Monitor.layer and mounts Dashboard.routes of @effect-zhipu/monitor in its HTTP server; give the address where they " +
        "are mounted. It has to be there when this begins; where it does not answer later, the page keeps its last figures."
    ],
    sections: [
      [
        "Exit codes",
        [
          ["1", "The port is taken, or cannot be listened on."],
          ["2", "The port cannot be one, or no monitor answers at the URL."],
          ["130", "Stopped by Ctrl-C; 143 by SIGTERM."]
        ]
      ],
      [
        "Examples",
        [
          ["zhipu monitor", "Shows a demonstration, on any free port."],
          ["zhipu monitor --port 4400", "Shows it at http://127.0.0.1:4400."],
          [
            "zhipu monitor --url http://127.0.0.1:3000/monitor",
            "Shows the calls of an application that has mounted its monitor under /monitor."
          ]
        ]
      ],
      seeAlso(["zhipu simulate", "A service to call, with faults and limits."])
    ]
  },
  record: {
    operands: "file.json [prompt]",
    paragraphs: [
      "The file is a cassette of @effect-zhipu/testing, made to be committed and read in a diff: tests replay it, and so does " +
        "zhipu replay. It is written when the call ends, also where that fails or is stopped by Ctrl-C. Alone on a " +
        "terminal a conversation is recorded. A file that is there is never replaced without --force."
    ],
    sections: [
      [
        "Examples",
        [
          ['zhipu record sky.json "Why is the sky blue?"', "Shows the answer, and records it."],
          ["zhipu record busy.json --fault code:1305*2 Hello", "Records the simulator refusing twice, then answering."]
        ]
      ],
      seeAlso(["zhipu replay", "Answers from the file."])
    ]
  },
  replay: {
    operands: "file.json",
    paragraphs: [
      "Prints the answers in the order of the recording, each as zhipu prints it; a call that failed is told on standard " +
        "error. With --port a program in any language can be tested with it: a request gets the recorded answer to an " +
        "equal one (method, path, JSON body; request_id does not count), any key is taken, and what was not " +
        "recorded is refused with status 400 and where it differs. Connections that broke off are broken off again, and " +
        "where an answer was given up, there is silence."
    ],
    sections: [
      [
        "Exit codes",
        [
          ["0", "The last answer is whole."],
          ["2", "The file is missing or no recording."],
          ["130", "The last answer was given up while it was recorded."],
          ["other", "As zhipu exits for the last error of the recording."]
        ]
      ],
      [
        "Examples",
        [
          ["zhipu replay sky.json --timing recorded", "Shows the answer as slowly as it came."],
          ["zhipu replay sky.json --json | jq .usage", "Prints what it cost."],
          ["zhipu replay sky.json --port 8080", "Answers at http://127.0.0.1:8080/api/paas/v4."]
        ]
      ],
      seeAlso(["zhipu record", "Makes the file."], ["zhipu simulate", "Answers whatever is asked."])
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
        "JavaScript, Python, Jupyter notebooks, shell with curl) and names, with the line, what the move to GLM-4.6 asks to " +
        "change, why, and what to write. A file named - is standard input. Nothing is sent, and without --fix nothing is changed. Code is read by " +
        "patterns: what is put together at run time is not seen.",
      "--fix writes to the files what has one certain replacement: capitals and misspelt names, fields that have another name here, " +
        "thinking as an object, too many output tokens, parts of an address, and a model where the next one costs no more. It prints the " +
        "diff; what there is to choose stays advice. Notebooks and requests within texts are left alone."
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
          ["1", "Something was found, of either level; with --level must, of that one."],
          ["2", "A file cannot be read, or is not JSON though its name says so."]
        ]
      ],
      [
        "Examples",
        [
          ["zhipu migrate src/chat.ts request.json", "Checks code and a request."],
          ["git ls-files '*.py' | xargs zhipu migrate", "Checks a whole project."],
          ["zhipu migrate --level must src/*.ts", "Tells of what has to be changed alone."],
          ["zhipu migrate --fix --level must request.json", "Changes of that what is certain."],
          [
            "zhipu migrate --json requests.jsonl | jq -r '.findings[].rule'",
            "Prints {files, findings: [{file, cell?, line, column?, rule, level, what, why, instead, source, text}], unrecognised, fixed?}, and takes " +
              "the rules."
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
  embed: {
    operands: "[text]",
    sections: [
      [
        "Examples",
        [
          ["zhipu embed --lines < titles.txt > vectors.jsonl", "Embeds each line, 64 a call."],
          ['zhipu embed --dimensions 256 --format csv "sky"', "Prints 256 numbers."]
        ]
      ],
      seeAlso(["zhipu similar", "Searches by vectors at once."])
    ]
  },
  similar: {
    operands: "query --in file",
    sections: [["Examples", [["zhipu similar --in faq.txt --top 3 'lost password'", "Prints score and line."]]]]
  },
  rerank: {
    operands: "query",
    sections: [["Examples", [["zhipu rerank --top 3 'lost password' < faq.txt", "Prints the three best lines."]]]]
  },
  tokens: { operands: "[text]", sections: [["Examples", [["zhipu tokens < prompt.txt", "Prints a number."]]]] },
  moderate: {
    operands: "[text]",
    sections: [
      [
        "Exit codes",
        [
          ["0", "Judged, whatever the verdict."],
          ["6", "The verdict is that of --fail-on, or worse."]
        ]
      ],
      ["Examples", [["zhipu moderate --fail-on reject < comment.txt && publish", "Publishes what is not rejected."]]]
    ]
  },
  search: {
    operands: "query",
    sections: [["Examples", [["zhipu search --recency week --count 5 'Effect TypeScript'", "Prints five pages."]]]]
  },
  read: {
    operands: "url",
    sections: [["Examples", [["zhipu read https://effect.website | zhipu 'Sum this up.'", "Asks about a page."]]]]
  },
  image: {
    operands: "prompt",
    paragraphs: ["The link of an image lives 30 days. Several images are written as name-1.png, name-2.png and so on."],
    sections: [["Examples", [["zhipu image --output dusk.png 'A lighthouse at dusk'", "Writes the image."]]]]
  },
  video: {
    operands: "[prompt]",
    paragraphs: [
      "The id of the task is told first. What was begun and not fetched stands in $XDG_STATE_HOME/zhipu, by default ~/.local/state/zhipu. Where the " +
        "command was killed before it was told the id, the service refuses the same request: the video is made once, and --again pays for another."
    ],
    sections: [
      [
        "Examples",
        [
          ["zhipu video --output waves.mp4 'Waves at dusk'", "Waits some minutes, and writes the video."],
          ["zhipu video --image first.png --image last.png --output a.mp4", "From the first image to the last."]
        ]
      ],
      seeAlso(["zhipu task", "Waits for a video by its id."])
    ]
  },
  files: {
    operands: "upload file... | list | get id | remove id...",
    sections: [
      [
        "Examples",
        [
          ["zhipu files upload calls.jsonl", "Prints the id."],
          ["zhipu files get ID --output answers.jsonl", "Writes a file of a batch."]
        ]
      ]
    ]
  },
  bulk: {
    operands:
      "run FILE | status [NAME] | resume NAME | retry NAME | pause NAME | cancel NAME | export NAME | remove NAME | worker",
    paragraphs: [
      "A file has a prompt a line (text), a row (.csv, .tsv) or a document (.jsonl): a text, {id, prompt}, {id, request} or a line of a " +
        "batch file. Columns and fields that a prompt does not name come back with the answer. An item is known by its id: one that " +
        "has an answer is not asked for again, and the same id with another prompt is refused.",
      "Throttles and overloads are waited out, and where a quota is used up, the job sleeps until it fills again. An empty balance, " +
        "a refused key, the budget and the deadline stop it. Ctrl-C stops it, and says how to go on.",
      "With --engine cluster, jobs are in a PostgreSQL, and zhipu bulk worker takes part in all of them, on as many machines as you like, " +
        "until it is stopped: what it held is asked for by the others. The other actions take --engine cluster as well."
    ],
    sections: [
      [
        "Exit codes",
        [
          ["0", "Every item has an answer."],
          ["1", "Some items failed, or the job was cancelled."],
          ["3", "The key is refused, or a budget is given for a model without a known price."],
          ["4", "The balance, a quota or the budget is used up."],
          ["5", "The deadline has passed."]
        ]
      ],
      [
        "Examples",
        [
          [
            "zhipu bulk run prompts.jsonl --out answers.jsonl",
            "Asks, and writes the answers; call it again should it be stopped."
          ],
          [
            "zhipu bulk run reviews.csv --prompt 'Good or bad? {text}' --out judged.csv --budget 5usd",
            "Asks about a column of a table, and writes the table with the answers."
          ],
          [
            "zhipu bulk run prompts.jsonl --engine batch --out answers.jsonl",
            "Asks by batch files, at half the price."
          ],
          [
            "zhipu bulk run texts.jsonl --embed --dimensions 512 --out vectors.jsonl",
            "Asks for the vectors of texts; --engine batch has them at half the price as well."
          ],
          [
            "DATABASE_URL=postgres://… zhipu bulk run prompts.jsonl --engine cluster --concurrency 200",
            "Asks together with all that run zhipu bulk worker on the same database."
          ],
          ["zhipu bulk status", "Lists the jobs; with a name, tells of one."],
          ["zhipu bulk retry NAME --only RateLimitError", "Asks again for what failed in this way."],
          ["zhipu bulk export NAME --out answers.jsonl --errors failed.jsonl", "Writes what there is so far."]
        ]
      ],
      seeAlso(["zhipu batch", "Calls at half the price, within a day."])
    ]
  },
  batch: {
    operands: "make | create file | run file | list | status id | results id | cancel id",
    paragraphs: [
      'A file of calls has a line {"custom_id", "method": "POST", "url", "body"} each. run sends it, starts the batch, waits, and prints a line ' +
        '{"custom_id", "body"} for each answer, in any order. What has been done stands in $XDG_STATE_HOME/zhipu, by default ~/.local/state/zhipu.'
    ],
    sections: [
      ["Exit codes", [["1", "Some calls failed: --errors FILE tells which."]]],
      [
        "Examples",
        [
          [
            "zhipu batch make -i reviews.txt --system 'Positive or negative?' --output calls.jsonl",
            "Makes a file of calls."
          ],
          ["zhipu batch run calls.jsonl --output answers.jsonl", "Runs it; call it again should it be stopped."]
        ]
      ]
    ]
  },
  task: {
    operands: "get|wait id",
    sections: [["Examples", [["zhipu task wait ID --output waves.mp4", "Waits for a video, and writes it."]]]]
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
