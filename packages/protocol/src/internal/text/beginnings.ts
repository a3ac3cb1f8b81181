/** What a text is, by how it begins. */

/** Whether a text begins as a stream of events does: with a field or a comment. @internal */
export const beginsAsEvents = (text: string): boolean => /^\s*((data|event|id|retry)\s*)?:/.test(text)
