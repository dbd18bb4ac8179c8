/** What is loaded with a dynamic import comes when it is wanted, and does not count. */
const atFirst = (config) => ({
  ...config,
  plugins: [
    ...(config.plugins ?? []),
    {
      name: 'on-demand',
      setup: (build) =>
        build.onResolve({ filter: /./ }, ({ kind, path }) =>
          kind === 'dynamic-import' ? { path, external: true } : undefined,
        ),
    },
  ],
})

const deploy = { 'dist/index.js': '{ deploy }' }
const netlify = { 'dist/targets/netlify.js': '{ netlify }' }
const vercel = { 'dist/targets/vercel.js': '{ vercel }' }
const githubPages = { 'dist/targets/github-pages.js': '{ githubPages }' }
const github = { 'dist/git/github.js': '{ github }' }
const gitlab = { 'dist/git/gitlab.js': '{ gitlab }' }

const check = (name, limit, imports, more = {}) => ({
  name,
  limit,
  gzip: true,
  path: 'dist/index.js',
  import: imports,
  modifyEsbuildConfig: atFirst,
  ...more,
})

export default [
  check('deploy to Netlify', '61.5 kB', { ...deploy, ...netlify }),
  check('deploy to Vercel', '61 kB', { ...deploy, ...vercel }),
  check('deploy to GitHub and Netlify, before the first commit', '79.5 kB', { ...deploy, ...netlify, ...github }),
  check('deploy to GitHub Pages, before the first commit', '76 kB', { ...deploy, ...github, ...githubPages }),
  check('deploy to GitLab and Netlify, before the first commit', '68 kB', { ...deploy, ...netlify, ...gitlab }),
  check(
    'the same with all that is loaded on demand',
    '400 kB',
    { ...deploy, ...netlify, ...github },
    {
      modifyEsbuildConfig: undefined,
    },
  ),
  check('state from events', '2.3 kB', '{ initialState, reduce, estimateProgress }', { path: 'dist/events/index.js' }),
  check('events with their schema', '12.1 kB', undefined, { path: 'dist/events/index.js' }),
  check('relay', '12.7 kB', undefined, { path: 'dist/relay/index.js' }),
]
