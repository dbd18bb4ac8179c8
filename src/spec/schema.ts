/** Anything that turns an unknown value into a known one or throws; every zod schema fits. */
export interface Schema<Value> {
  parse(value: unknown): Value
}
