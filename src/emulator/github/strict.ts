import type { Stricter } from '../contract.js'

/** What clients need of the few replies in which the published contract requires nothing. */
export const strictGithub: Stricter = {
  replies: {
    'repos/get-content': [
      'type',
      'size',
      'name',
      'path',
      'sha',
      'url',
      'git_url',
      'html_url',
      'download_url',
      '_links',
    ],
    'repos/get-branch-protection': ['url', 'enforce_admins'],
    'repos/get-all-environments': ['total_count', 'environments'],
    'repos/create-deployment-branch-policy': ['id', 'node_id', 'name'],
  },
}
