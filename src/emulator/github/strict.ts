import type { Stricter } from '../contract.js'

/** What clients need of the few replies in which the published contract requires nothing. */
export const strictGithub: Stricter = {
  error: {
    source:
      'The contract’s `basic-error` and `validation-error`, together; that none of the three is left out is stricter than they are.',
    schema: {
      type: 'object',
      required: ['message', 'documentation_url', 'status'],
      properties: {
        message: { type: 'string' },
        documentation_url: { type: 'string' },
        status: { type: 'string', pattern: '^[45]\\d\\d$' },
        errors: { type: 'array' },
      },
      additionalProperties: false,
    },
  },
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
