/**
 * A chat as a task: `POST /async/chat/completions`. The answer is asked for until it is there, so no connection is held meanwhile.
 * The task counts against the limit of requests in flight all the same. Source: the vendor's OpenAPI document of bigmodel.cn,
 * 2026-07-11; z.ai is said to have it, undocumented.
 *
 * @since 0.1.0
 */
export * as AsyncChat from "./AsyncChat.js"

/**
 * A batch as the service tells it, and what can be read off it.
 *
 * What the service does against its own document: times are milliseconds (`millis` reads both), ids of files that are not there yet are `""`
 * (`outputFileId`, `errorFileId`), and `request_counts` is an object whose numbers are null at first (`counts` reads both shapes). Sources: the
 * vendor's OpenAPI document of bigmodel.cn, 2026-07-11, and answers in the tests of its Python SDK.
 *
 * @since 0.1.0
 */
export * as Batch from "./Batch.js"

/**
 * Many calls as one file, at half the price and without a limit of calls at a time: `/batches`. Expected within 24 hours; the service cancels
 * what is not done after 7 days.
 *
 * A batch file is JSONL of at most 50 000 lines and 100 MB, all for one model, each with a `custom_id` of its own. Answers and failures come
 * in two other files, in any order, which are kept for 30 days: the `custom_id` alone tells which is which. `run` does all of it.
 *
 * Sources: the vendor's OpenAPI document of bigmodel.cn, 2026-07-11, its guide to batches, 2025-12-29, and answers in the tests of its SDKs.
 *
 * @since 0.1.0
 */
export * as Batches from "./Batches.js"

/**
 * Vectors of texts: `POST /embeddings`. Texts that mean alike have vectors that point alike.
 *
 * | model         | texts a call                                  | tokens a text | dimensions                           |
 * | ------------- | --------------------------------------------- | ------------- | ------------------------------------ |
 * | `embedding-3` | 64                                            | 3072          | 256, 512, 1024, 2048 (default 2048)  |
 * | `embedding-2` | not told; 8K tokens over all texts of the call | 512           | 1024                                 |
 *
 * Source: the vendor's OpenAPI document of bigmodel.cn, 2026-07-11. Documents of z.ai do not have the endpoint.
 *
 * @since 0.1.0
 */
export * as Embeddings from "./Embeddings.js"

/**
 * Files that the service keeps: `POST`, `GET` and `DELETE /files`.
 *
 * | purpose                     | takes                                           | at most                       |
 * | --------------------------- | ----------------------------------------------- | ----------------------------- |
 * | `batch`                     | jsonl                                           | 100 MB, 50 000 lines          |
 * | `code-interpreter`, `agent` | pdf docx doc xls xlsx txt png jpg jpeg csv       | 20 MB, images 5 MB            |
 * | `voice-clone-input`         | mp3 wav                                         | 10 MB                         |
 * | `user_data`                 | documents, for the `file` part of a question    | not documented                |
 *
 * On z.ai only the upload is documented, for `agent`: pdf doc xlsx ppt txt jpg png, 100 MB. Files are kept for 30 days, and their
 * number is bounded (1000 of `batch`): remove them when they are done with. Ids have several shapes; do not read them.
 *
 * Sources: the vendor's OpenAPI documents of bigmodel.cn, 2026-07-11, and of z.ai, 2026-01-24; its guide to batches, 2025-12-29.
 *
 * @since 0.1.0
 */
export * as Files from "./Files.js"

/**
 * Images from text: `POST /images/generations`, which waits, and `POST /async/images/generations`, which is a task.
 *
 * | model                                          | size by default | other sizes                                                      | quality        |
 * | ---------------------------------------------- | --------------- | ---------------------------------------------------------------- | -------------- |
 * | `glm-image`                                    | 1280x1280       | sides of 1024 to 2048, multiples of 32, at most 2^22 pixels       | `hd`, ~20 s    |
 * | `cogview-4`, `cogview-4-250304`, `cogview-3-flash` | 1024x1024   | sides of 512 to 2048, multiples of 16, at most 2^21 pixels        | `standard`, `hd` |
 *
 * A call makes one image and is billed for it, so it is not sent again where the first may have arrived. The answer is a link of 30
 * days on another host: see `Media`. The watermark is the default; without a waiver signed in the vendor's console it cannot be switched
 * off. Source: the vendor's OpenAPI document of bigmodel.cn, 2026-07-11.
 *
 * @since 0.1.0
 */
export * as Images from "./Images.js"

/**
 * JSON, one document a line: the format of batch files. Read and written as a stream, so that a file of any length takes the
 * memory of a line.
 *
 * @since 0.1.0
 */
export * as Jsonl from "./Jsonl.js"

/**
 * Files behind the links of answers: images and videos.
 *
 * The links lead to other hosts, so nothing of the client goes there: no key, no header of its own, no resending to another place but
 * over https. They expire: those of images after 30 days, those of vidu videos after a day, so save them at once. A link is signed, and
 * whoever has it has the file: it stands in no error, log or span.
 *
 * @since 0.1.0
 */
export * as Media from "./Media.js"

/**
 * The models that the service names for a key: `GET /models`.
 *
 * The vendor does not document it, and it leaves out models that work (all `-flash` ones): it is no check of a name. What models can do
 * stands in `Model.table` of the client.
 *
 * @since 0.1.0
 */
export * as Models from "./Models.js"

/**
 * Whether text, images, video or sound may be shown: `POST /moderations`. A refusal is the answer, and no error; `guard`
 * makes one of it.
 *
 * Text has at most 2000 characters a call; images are under 10 MB and of 20×20 to 6000×6000 pixels; video of at most 30
 * and sound of at most 60 seconds is advised. Source: the vendor's OpenAPI document of bigmodel.cn, 2026-07-11.
 *
 * @since 0.1.0
 */
export * as Moderations from "./Moderations.js"

/**
 * How much of a Coding Plan is used: `GET /monitor/usage/quota/limit`, below the root of the host.
 *
 * The vendor does not document it; its own plugin for coding tools asks so. Keys without a plan are refused.
 *
 * @since 0.1.0
 */
export * as Quota from "./Quota.js"

/**
 * The text of a web page, as Markdown or plain: `POST /reader`. The service fetches the page, not this program. Source: the
 * vendor's OpenAPI documents of bigmodel.cn, 2026-07-11, and of z.ai, 2026-01-24.
 *
 * @since 0.1.0
 */
export * as Reader from "./Reader.js"

/**
 * Texts in the order of how well they answer a query: `POST /rerank`. At most 128 documents a call; query and documents
 * have at most 4096 characters each. Source: the vendor's OpenAPI document of bigmodel.cn, 2026-07-11; none of its SDKs has
 * the call, and z.ai does not document it.
 *
 * @since 0.1.0
 */
export * as Rerank from "./Rerank.js"

/**
 * Tasks: answers, images and videos that take their time. They are created, get an id, and are asked for until they are done:
 * `GET /async-result/{id}`.
 *
 * Waiting is a loop on the Effect `Clock`, on a Schedule with jitter (80 to 120 %). A look that fails for a reason that passes is
 * repeated up to five times in a row. Interrupting a wait does not cancel the task; every error carries its `taskId`, by which
 * `await` goes on, in another process too. How long the service keeps results is not told; links in them live a day (vidu) to 30
 * days (images).
 *
 * Sources: the vendor's OpenAPI document of bigmodel.cn, 2026-07-11, and its SDKs.
 *
 * @since 0.1.0
 */
export * as Tasks from "./Tasks.js"

/**
 * How many tokens messages are, before they are sent: `POST /tokenizer`. It is a call like any other: it needs a key, counts
 * against limits and takes a round trip.
 *
 * The documented models are old ones (glm-4.6, glm-4.6v, glm-4.5, glm-4.5-air, glm-4-0520, glm-4-long, glm-4-air, glm-4-flash;
 * on z.ai glm-4.6, glm-4.6v, glm-4.5): for others the service may answer 1211, which `fallbackModel` helps over. Source: the
 * vendor's OpenAPI documents of bigmodel.cn, 2026-07-11, and of z.ai, 2026-01-24.
 *
 * @since 0.1.0
 */
export * as Tokenizer from "./Tokenizer.js"

/**
 * A file to be sent: from bytes, from a stream, or from a path.
 *
 * The service tells the format of a file by the ending of its name. Over plain `fetch` the body of a stream is sent in chunks of
 * no declared length, and one that ends early counts there as a success: where a size is known, it is compared with what was
 * read, and a difference fails the call. Bytes and paths can be sent again by a retry, streams cannot.
 *
 * @since 0.1.0
 */
export * as Upload from "./Upload.js"

/**
 * Videos from text or images: `POST /videos/generations`, always a task.
 *
 * | model                            | `image_url`                          | `size`                                                                            | other fields |
 * | -------------------------------- | ------------------------------------ | --------------------------------------------------------------------------------- | ------------ |
 * | `cogvideox-3`                    | one, or first and last frame         | 1280x720 720x1280 1024x1024 1920x1080 1080x1920 2048x1080 3840x2160                 | `quality` `with_audio` `fps` 30 60, `duration` 5 10 |
 * | `cogvideox-2`, `cogvideox-flash` | one                                  | 720x480 1024x1024 1280x960 960x1280 1920x1080 1080x1920 2048x1080 3840x2160         | `quality` `with_audio` `fps` |
 * | `viduq1-text`                    | none                                 | 1920x1080                                                                         | `style` `duration` 5, `aspect_ratio` `movement_amplitude` |
 * | `viduq1-image`, `vidu2-image`    | one                                  | 1920x1080; 1280x720                                                               | `duration` 5; 4, `movement_amplitude` |
 * | `viduq1-start-end`, `vidu2-start-end` | one or two                      | 1920x1080; 1280x720 480x360                                                       | the same     |
 * | `vidu2-reference`                | one to three                         | 1280x720                                                                          | `duration` 4, `aspect_ratio` `movement_amplitude` `with_audio` |
 *
 * Images are links, or whole data URIs. The same prompt sent twice is billed twice, so a request is not sent again where the first may have
 * arrived. Links of vidu videos are dead after a day; those of the others are not told: save at once. Source: the vendor's OpenAPI document of
 * bigmodel.cn, 2026-07-11; z.ai has cogvideox-3 and vidu.
 *
 * @since 0.1.0
 */
export * as Videos from "./Videos.js"

/**
 * Pages of the web for a query: `POST /web_search`. The same search that a chat has as a tool, by itself.
 *
 * Engines of bigmodel.cn are `search_std`, `search_pro`, `search_pro_sogou` and `search_pro_quark`; that of z.ai is
 * `search-prime`, with a hyphen. Sources: the vendor's OpenAPI documents of bigmodel.cn, 2026-07-11, and of z.ai, 2026-01-24.
 * A key of a Coding Plan has no balance here, and gets 1113 (`InsufficientBalanceError`).
 *
 * @since 0.1.0
 */
export * as WebSearch from "./WebSearch.js"

/**
 * Tools by which a model looks things up itself: a search of the web, and the text of a page. The service does both; nothing
 * is fetched from here.
 *
 * @since 0.1.0
 */
export * as WebTools from "./WebTools.js"
