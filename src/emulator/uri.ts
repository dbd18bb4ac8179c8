import ajvFormats from 'ajv-formats'

const format = ajvFormats.default.get('uri')

/** Whether a text is what contracts call a `uri`: what is none must not come into a reply that promises one. */
export function isUri(text: string): boolean {
  return typeof format === 'function' && format(text)
}
