/** The names of headers, variables and arguments whose values are keys. @internal */
export const isSecretName = (name: string): boolean => /auth|cookie|key|password|secret|token/i.test(name)
