/** An object of the wire: the service adds fields between versions, so it may have others than those that are typed. */
export interface Open {
  readonly [field: string]: unknown
}
