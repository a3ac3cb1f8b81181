/** What a server is told of the client's version; a test holds it equal to package.json. @internal */
export const version = "0.1.0"
