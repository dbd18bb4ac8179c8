import { defined } from '../json-values.js'
import type { Json, VercelVariable } from './state.js'

/**
 * A variable as the endpoints show it. What is encrypted is shown so unless it is asked for decrypted; what is sensitive is never
 * shown.
 */
export function variableView(variable: VercelVariable, decrypt = false): Json {
  const { type, value } = variable
  const isReadable = type === 'plain' || (decrypt && type === 'encrypted')
  return defined({
    id: variable.id,
    key: variable.key,
    value: isReadable ? value : type === 'sensitive' ? '' : encrypted(value),
    type,
    target: variable.target,
    customEnvironmentIds: variable.customEnvironmentIds,
    gitBranch: variable.gitBranch,
    comment: variable.comment,
    configurationId: null,
    createdAt: variable.createdAt,
    updatedAt: variable.updatedAt,
    decrypted: isReadable,
  })
}

// Whatever is shown in its place must not be the value; the real one is a token of the key service.
function encrypted(value: string): string {
  return Buffer.from(JSON.stringify({ v: 'v2', c: value.length })).toString('base64')
}
