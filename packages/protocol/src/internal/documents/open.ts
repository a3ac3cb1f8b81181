/**
 * An object of the wire: the service adds fields between versions, so it may have others than those that are typed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Open {
  readonly [field: string]: unknown
}
