const mebibyte = 1024 * 1024

/** A limit of bytes as people read it: `100 MiB`. */
export function describeLimit(limit: number): string {
  return limit % mebibyte === 0 ? `${limit / mebibyte} MiB` : `${limit} bytes`
}

/** A size that is above a limit: `101.5 MiB`; to the byte where rounding would hide that it is. */
export function describeExcess(size: number, limit: number): string {
  const rounded = (bytes: number) => (bytes / mebibyte).toFixed(1)
  if (rounded(size) !== rounded(limit)) return `${rounded(size)} MiB`
  return size === limit ? `${size} bytes` : `${size} bytes (${size - limit} more than ${describeLimit(limit)})`
}

/** A duration as a plan tells it: `12 s`, `8 minutes`, `3 hours`. */
export function describeDuration(milliseconds: number): string {
  const minutes = milliseconds / 60_000
  if (minutes < 2) return `${Math.max(1, Math.round(milliseconds / 1000))} s`
  return minutes < 120 ? `${Math.round(minutes)} minutes` : `${Math.round(minutes / 60)} hours`
}
