/** Clients in versions that the repository does not depend on: installed when they are asked for. */
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { lookForPeer, type PeerName } from "../../../../scripts/peers.mjs"

/** A module of what was installed, by its path in `node_modules`. */
export const moduleOf = async <A>(peer: PeerName, path: string): Promise<A> => {
  const { folder, reason } = await lookForPeer(peer)
  if (folder === undefined) throw new Error(reason)
  return import(pathToFileURL(join(folder, "node_modules", path)).href)
}
