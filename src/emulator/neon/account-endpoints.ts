import { type Endpoints, organizationOf, organizationsOf } from './call.js'
import { regions } from './hosts.js'
import { finite, organizationView } from './project-views.js'

/** Who calls, and where projects may be: by the contract's operation ids. */
export const accountEndpoints: Endpoints = {
  getCurrentUserInfo: ({ credential: { user } }, { limits, state }) => {
    const [name = '', ...rest] = user.name.split(' ')
    const names = { email: user.email, login: user.login, name, image: '' }
    return {
      status: 200,
      json: {
        ...names,
        id: state.users.get(user.login),
        last_name: rest.join(' '),
        active_seconds_limit: 0,
        projects_limit: finite(limits.projects),
        branches_limit: finite(limits.branches),
        max_autoscaling_limit: 2,
        auth_accounts: [{ ...names, provider: 'github' }],
        plan: 'free_v3',
      },
    }
  },
  getCurrentUserOrganizations: (call, world) => {
    return { status: 200, json: { organizations: organizationsOf(call, world).map(organizationView) } }
  },
  getOrganization: (call, world) => {
    return { status: 200, json: organizationView(organizationOf(call, world, call.parameters.org_id)) }
  },
  getActiveRegions: (call, world) => {
    if (call.query.has('org_id')) organizationOf(call, world, call.query.get('org_id'))
    const views = regions.map(({ id, name, latitude, longitude }, index) => {
      return { region_id: id, name, default: index === 0, geo_lat: latitude, geo_long: longitude }
    })
    return { status: 200, json: { regions: views } }
  },
}
