import { type Call, type Endpoint, type NetlifyWorld, visibleSites } from './call.js'
import { NetlifyFailure, notFound } from './failure.js'
import type { NetlifyVariable, NetlifyVariableValue } from './state.js'
import type { Json } from './views.js'

const allScopes = ['builds', 'functions', 'runtime', 'post-processing']

/** Environment variables, by the contract's operation ids. */
export const variableEndpoints: Readonly<Record<string, Endpoint>> = {
  getEnvVars: (call, world) => {
    const context = call.query.get('context_name')
    const scope = call.query.get('scope')
    const variables = [...shelfOf(call, world).values()].filter(
      ({ values, scopes }) =>
        (context === null || context === 'all' || values.some((value) => ['all', context].includes(value.context))) &&
        (scope === null || scopes.includes(scope)),
    )
    return { status: 200, json: variables.map(variableView) }
  },
  createEnvVars: (call, world) => {
    const shelf = shelfOf(call, world)
    const given = call.json as unknown as readonly Json[]
    const made = given.map((json, index) => {
      const isTaken = shelf.has(String(json.key)) || given.findIndex(({ key }) => key === json.key) < index
      if (isTaken) throw new NetlifyFailure(422, `${json.key} already exists`)
      return variableOf(json, undefined, world)
    })
    for (const variable of made) shelf.set(variable.key, variable)
    return { status: 201, json: made.map(variableView) }
  },
  getEnvVar: (call, world) => ({ status: 200, json: variableView(find(call, world)) }),
  updateEnvVar: (call, world) => {
    const shelf = shelfOf(call, world)
    const known = find(call, world)
    const made = variableOf({ key: known.key, ...call.json }, known, world)
    shelf.delete(known.key)
    shelf.set(made.key, made)
    return { status: 200, json: variableView(made) }
  },
  setEnvVarValue: (call, world) => {
    const known = find(call, world)
    const value = readValue(call.json, world)
    const values = [...known.values.filter((one) => !isSamePlace(one, value)), value]
    check({ ...known, values })
    const changed = { ...known, values, updatedAt: world.stamp() }
    shelfOf(call, world).set(known.key, changed)
    return { status: 201, json: variableView(changed) }
  },
  deleteEnvVar: (call, world) => {
    shelfOf(call, world).delete(find(call, world).key)
    return { status: 204 }
  },
  deleteEnvVarValue: (call, world) => {
    const known = find(call, world)
    if (!known.values.some(({ id }) => id === call.parameters.id)) throw notFound()
    const values = known.values.filter(({ id }) => id !== call.parameters.id)
    shelfOf(call, world).set(known.key, { ...known, values, updatedAt: world.stamp() })
    return { status: 204 }
  },
}

/** The variables of the account, or of the site that the query names. @throws NetlifyFailure with 404 */
function shelfOf(call: Call, world: NetlifyWorld): Map<string, NetlifyVariable> {
  const account = world.accounts
    .accountsOf(call.credential.user)
    .find(({ login, netlifyId }) => [login, netlifyId].includes(call.parameters.account_id ?? ''))
  const id = call.query.get('site_id')
  const site = visibleSites(call, world).find((one) => one.id === id && one.account === account)
  if (!account || (id !== null && !site)) throw notFound()
  const key = site?.id ?? account.login
  const shelf = world.state.variables.get(key) ?? new Map<string, NetlifyVariable>()
  world.state.variables.set(key, shelf)
  return shelf
}

function find(call: Call, world: NetlifyWorld): NetlifyVariable {
  const found = shelfOf(call, world).get(call.parameters.key ?? '')
  if (!found) throw notFound()
  return found
}

function variableOf(json: Json, known: NetlifyVariable | undefined, world: NetlifyWorld): NetlifyVariable {
  const isSecret = json.is_secret === undefined ? (known?.isSecret ?? false) : json.is_secret === true
  const usual = isSecret ? allScopes.filter((scope) => scope !== 'post-processing') : allScopes
  const given = (json.scopes ?? known?.scopes ?? usual) as readonly string[]
  const scopes = given.map((scope) => scope.replace('_', '-'))
  const isChoice = json.scopes !== undefined && scopes.length < allScopes.length
  // github.com/netlify/terraform-provider-netlify issue 57, with its words.
  if (isChoice && !world.granularScopes)
    throw new NetlifyFailure(403, 'Upgrade your Netlify account to set specific scopes')
  const values = ((json.values ?? []) as readonly Json[]).map((value) => readValue(value, world))
  const variable = { key: String(json.key), scopes, values, isSecret, updatedAt: world.stamp() }
  check(variable)
  return variable
}

function readValue(json: Json, { random }: NetlifyWorld): NetlifyVariableValue {
  return {
    id: random.uuid(),
    value: String(json.value ?? ''),
    context: String(json.context ?? 'all'),
    parameter: json.context === 'branch' ? String(json.context_parameter ?? '') : undefined,
  }
}

/** What the CLI refuses in the provider's place (`env:set`), and AWS asks of names. */
function check({ key, values, scopes, isSecret }: NetlifyVariable): void {
  if (!/^[a-z]\w*$/i.test(key)) throw new NetlifyFailure(422, `${key} is not a valid key`)
  if (values.length === 0) throw new NetlifyFailure(422, `${key} has no values`)
  if (values.some(({ context, parameter }) => context === 'branch' && !parameter))
    throw new NetlifyFailure(422, 'context_parameter must be given for the context branch')
  if (values.some((one, index) => values.findIndex((other) => isSamePlace(one, other)) !== index))
    throw new NetlifyFailure(422, `${key} has two values for one context`)
  if (!isSecret) return
  if (values.some(({ context }) => context === 'all'))
    throw new NetlifyFailure(422, 'Secret values must have specific contexts')
  if (scopes.some((scope) => /^post.processing$/.test(scope)))
    throw new NetlifyFailure(422, 'Secret values cannot be used within the post-processing scope')
}

function isSamePlace(one: NetlifyVariableValue, other: NetlifyVariableValue): boolean {
  return one.context === other.context && one.parameter === other.parameter
}

/** Of what is secret, only values for development are shown (the contract's `is_secret`). */
function variableView({ key, scopes, values, isSecret, updatedAt }: NetlifyVariable): Json {
  return {
    key,
    scopes,
    values: values.map(({ id, value, context, parameter }) => ({
      id,
      value: isSecret && !context.startsWith('dev') ? '****************' : value,
      context,
      ...(parameter !== undefined && { context_parameter: parameter }),
    })),
    is_secret: isSecret,
    updated_at: new Date(updatedAt).toISOString(),
  }
}
