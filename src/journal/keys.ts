const root = 'deployments/'

/** Where what belongs together stands: `deployments/<id>` is the record, all else lies below it. */
export const keys = {
  root: 'deployments/' as string,
  record: (id: string): string => `${root}${id}`,
  facts: (id: string): string => `${root}${id}/facts`,
  steps: (id: string): string => `${root}${id}/steps/`,
  step: (id: string, step: string): string => `${root}${id}/steps/${step}`,
  events: (id: string): string => `${root}${id}/events/`,
  /** @param sequence of the first event in the batch; padded, so that keys are in its order. */
  batch: (id: string, sequence: number): string => `${root}${id}/events/${String(sequence).padStart(9, '0')}`,
  /** Where an entry goes that can't be read. */
  aside: (key: string): string => `aside/${key}`,
}

/** The id of a deployment that a key is the record of; `undefined` for every other key. */
export function recordedId(key: string): string | undefined {
  const id = key.startsWith(root) ? key.slice(root.length) : ''
  return id === '' || id.includes('/') ? undefined : id
}
