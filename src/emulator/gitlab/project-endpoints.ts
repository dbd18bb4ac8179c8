import { commitFiles } from '../commit-files.js'
import { isEmpty, readRef } from '../read-git.js'
import { type Call, callerOf, type Endpoints, paginated, projectOf, repositoryOf } from './endpoint.js'
import type { Answer } from './headers.js'
import { isMember } from './namespaces.js'
import { GitlabProblem, insufficientScope, notFound } from './problem.js'
import { memberReply, mergeRequestReply, projectReply } from './project-replies.js'
import { accessOf, defaultBranch, type EmulatedProject, type MergeRequest, type Visibility } from './projects.js'

/** Projects, their members and their merge requests. */
export const projectEndpoints: Endpoints = {
  getProject: async (call) => ({ status: 200, body: await replyOf(call, projectOf(call)) }),

  createProject: async (call) => ({ status: 201, body: await replyOf(call, await createProject(call)) }),

  getMember: async (call) => {
    callerOf(call)
    const project = projectOf(call)
    const user = call.accounts.all.find(({ id }) => String(id) === call.parameters.user_id)
    if (!user || accessOf(project, user) === 0) throw notFound()
    return { status: 200, body: memberReply(project, user, call.url()) }
  },

  listMergeRequests: async (call) => {
    const project = projectOf(call)
    const { mergeRequests } = project
    const isSought = ({ source, target }: MergeRequest): boolean =>
      [call.query.get('source_branch') ?? source, call.query.get('target_branch') ?? target].join() ===
      [source, target].join()
    const sought = ['merged', 'closed', 'locked'].includes(call.query.get('state') ?? '') ? [] : mergeRequests
    const shown = await Promise.all(sought.filter(isSought).map((one) => showMergeRequest(call, project, one)))
    return paginated(call, shown, (one) => one)
  },

  createMergeRequest: async (call) => createMergeRequest(call, projectOf(call, 30)),
}

async function replyOf(call: Call, project: EmulatedProject): Promise<unknown> {
  return projectReply(project, {
    defaultBranch: await defaultBranch(project),
    empty: await isEmpty(call.git, repositoryOf(project)),
    user: call.credential?.user,
    url: call.url(),
  })
}

async function createProject(call: Call): Promise<EmulatedProject> {
  const { user, scopes } = callerOf(call)
  if (!scopes.includes('api')) throw insufficientScope()
  const { name, path, namespace_id: namespaceId, visibility, description, initialize_with_readme: filled } = call.body
  if (name === undefined && path === undefined)
    throw new GitlabProblem(400, { error: 'name, path are missing, at least one parameter must be provided' })
  const slug = String(path ?? slugOf(String(name)))
  const namespace = call.namespaces.find(namespaceId === undefined ? user.login : String(namespaceId))
  // A namespace that one may not use is told like one that is not there (`app/services/projects/create_service.rb`).
  if (!namespace || !isMember(namespace, user))
    throw new GitlabProblem(400, { message: { namespace: ['is not valid'], limit_reached: [] } })
  if (!/^[\w][\w.-]*$/.test(slug) || /\.(?:git|atom)$/.test(slug))
    throw new GitlabProblem(400, { message: { path: [pathRule] } })
  if (call.projects.taken(`${namespace.fullPath}/${slug}`)) {
    const taken = ['has already been taken']
    throw new GitlabProblem(400, { message: { 'project_namespace.name': taken, name: taken, path: taken } })
  }
  const project = await call.projects.create(namespace, slug)
  project.name = String(name ?? slug)
  project.visibility = (visibility ?? 'private') as Visibility
  project.description = description === undefined ? null : String(description)
  if (filled === true) {
    const files = { 'README.md': `# ${project.name}\n` }
    const first = { branch: 'main', files, message: 'Initial commit', author: user, date: call.now() }
    await commitFiles(call.git, repositoryOf(project), first)
    project.protectedBranches.add('main')
  }
  return project
}

const pathRule =
  "can contain only letters, digits, '_', '-' and '.'. Cannot start with '-', end in '.git' or end in '.atom'"

const slugOf = (name: string): string => name.toLowerCase().replace(/[^\w.]+/g, '-')

async function createMergeRequest(call: Call, project: EmulatedProject): Promise<Answer> {
  const { user } = callerOf(call)
  const { title, description, source_branch: source, target_branch: target } = call.body
  const repository = repositoryOf(project)
  if (!(await readRef(call.git, repository, `refs/heads/${source}`)))
    throw new GitlabProblem(400, { message: [`Source branch "${source}" does not exist`] })
  if (source === target)
    throw new GitlabProblem(400, {
      message: ["Validate branches You can't use same project/branch for source and target"],
    })
  const open = project.mergeRequests.find((one) => one.source === source && one.target === target)
  if (open) {
    const message = `Another open merge request already exists for this source branch: !${open.iid}`
    throw new GitlabProblem(409, { message: [message] })
  }
  const made: MergeRequest = {
    iid: project.mergeRequests.length + 1,
    title: String(title),
    description: description === undefined ? null : String(description),
    source: String(source),
    target: String(target),
    author: user,
    createdAt: call.now(),
  }
  project.mergeRequests.push(made)
  return { status: 201, body: await showMergeRequest(call, project, made) }
}

async function showMergeRequest(call: Call, project: EmulatedProject, one: MergeRequest): Promise<unknown> {
  const head = await readRef(call.git, repositoryOf(project), `refs/heads/${one.source}`)
  return mergeRequestReply(project, one, head?.sha ?? '', call.url())
}
