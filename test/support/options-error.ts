import { TabshipError } from '../../src/errors/tabship-error.js'

/** The error with which a function refuses its options. Fails the test where it takes them, or fails otherwise. */
export function optionsError(call: () => unknown): TabshipError {
  try {
    call()
  } catch (error) {
    if (TabshipError.isInstance(error) && error.code === 'options-invalid') return error
    throw error
  }
  throw new Error('the options were taken')
}
