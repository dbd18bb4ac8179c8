export interface Light {
  readonly name: string
  /** Flashes, period and color, as charts write them. */
  readonly character: string
  /** Nautical miles. */
  readonly range: number
}

export const lights: readonly Light[] = [
  { name: 'Old Head', character: 'Fl(2) 10s', range: 18 },
  { name: 'North Mole', character: 'Oc R 4s', range: 7 },
  { name: 'South Mole', character: 'Oc G 4s', range: 7 },
  { name: 'Fairway', character: 'Iso 2s', range: 5 },
]
