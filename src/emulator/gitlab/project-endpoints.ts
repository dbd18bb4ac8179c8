import { commitFiles } from '../commit-files.js'
import { isEmpty } from '../read-git.js'
import { type Call, callerOf, type Endpoints, projectOf, repositoryOf } from './endpoint.js'
import { isMember } from './namespaces.js'
import { GitlabProblem, insufficientScope, notFound } from './problem.js'
import { memberReply, projectReply } from './project-replies.js'
import { accessOf, defaultBranch, type EmulatedProject, type Visibility } from './projects.js'

/** Projects and their members. */
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
}

async function replyOf(call: Call, project: EmulatedProject): Promise<unknown> {
  const told = project.pushes.filter((time) => time + call.delays.pushed <= call.now())
  return projectReply(project, {
    defaultBranch: await defaultBranch(project),
    empty: (await isEmpty(call.git, repositoryOf(project))) || told.length === 0,
    lastActivity: Math.max(project.createdAt, ...told),
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
    // Its creation tells of this one.
    project.pushes.push(Number.NEGATIVE_INFINITY)
  }
  return project
}

const pathRule =
  "can contain only letters, digits, '_', '-' and '.'. Cannot start with '-', end in '.git' or end in '.atom'"

const slugOf = (name: string): string => name.toLowerCase().replace(/[^\w.]+/g, '-')
