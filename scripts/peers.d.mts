export type PeerName = "zhipuai-sdk-nodejs-v4" | "langchain" | "openai" | "openai-agents" | "ai"

/** Servers that our clients are tried with. */
export type ServersName = "mcp-servers"

export interface Installed {
  readonly folder: string
  readonly node: string
  readonly reason: undefined
}

export type FoundPeer = Installed | { readonly folder: undefined; readonly node: undefined; readonly reason: string }

export interface PeerOptions {
  /** Instead of the folder in node_modules where what was installed is kept. */
  readonly cache?: string
  /** Instead of the npm that runs this. */
  readonly npm?: string
}

export declare const peerNames: ReadonlyArray<PeerName>

export declare const lookForPeer: (name: PeerName | ServersName, options?: PeerOptions) => Promise<FoundPeer>

export declare const runBeside: (
  peer: Installed,
  program: string,
  env: Readonly<Record<string, string>>
) => Promise<string>
