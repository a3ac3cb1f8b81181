/** The PostgreSQL that the processes of a cluster share. What talks to it is loaded where it is needed alone. */
import { BulkStoreError } from "@effect-zhipu/bulk/BulkError"
import * as BulkStore from "@effect-zhipu/bulk/BulkStore"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { UsageError } from "../errors.js"

const isUrl = (store: string | undefined): store is string =>
  store !== undefined && /^postgres(ql)?:\/\//i.test(store) && URL.canParse(store)

/** Whether jobs are kept there. @internal */
export const isMeant = ({
  engine,
  store
}: {
  readonly engine: string | undefined
  readonly store: string | undefined
}): boolean => engine === "cluster" || isUrl(store) || /^postgres(ql)?:/i.test(store ?? "")

/** The variable keeps the password off the list of processes. */
const urlOf = (store: string | undefined): Effect.Effect<Redacted.Redacted, UsageError> =>
  Effect.gen(function* () {
    const given =
      store === undefined
        ? yield* Effect.orElseSucceed(Config.option(Config.redacted("DATABASE_URL")), () => Option.none())
        : Option.some(Redacted.make(store))
    const url = Option.getOrUndefined(given)
    if (url === undefined || !isUrl(Redacted.value(url))) {
      return yield* new UsageError({
        message:
          "A cluster keeps its jobs in PostgreSQL: set DATABASE_URL to postgres://user:password@host:5432/database, or give it as --store.",
        help: "zhipu bulk"
      })
    }
    return url
  })

/** @internal */
export const layer = (store: string | undefined): Layer.Layer<BulkStore.BulkStore, BulkStoreError | UsageError> =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const url = yield* urlOf(store)
      const PgClient = yield* Effect.promise(() => import("@effect/sql-pg/PgClient"))
      const client = PgClient.layer({ url, applicationName: "zhipu", connectTimeout: "10 seconds" })
      return Layer.provide(
        BulkStore.layerSql,
        Layer.catchAll(client, (error) =>
          Layer.fail(
            new BulkStoreError({
              message: `PostgreSQL cannot be reached: ${error._tag === "SqlError" && error.cause instanceof Error ? error.cause.message || "nobody answers" : "its settings are wrong"}. Check DATABASE_URL or --store, and that it runs.`
            })
          )
        )
      )
    })
  )
