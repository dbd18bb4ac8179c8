import type { Stricter } from '../contract.js'

const text = { type: 'string' }

/** What clients need of errors, of which the documentation has no tables. */
export const strictGitlab: Stricter = {
  error: {
    source:
      '`message` of GitLab’s own errors, `error` of those of parameters and tokens; of what is throttled, plain text (`lib/gitlab/rack_attack.rb`).',
    schema: {
      anyOf: [
        {
          type: 'object',
          required: ['message'],
          properties: {
            message: { anyOf: [text, { type: 'array', items: text }, { type: 'object' }] },
            error_code: text,
          },
          additionalProperties: false,
        },
        {
          type: 'object',
          required: ['error'],
          properties: { error: text, error_description: text, scope: text },
          additionalProperties: false,
        },
        text,
      ],
    },
  },
}
