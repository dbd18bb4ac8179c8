import { logStyles } from './styles/log-styles.js'
import { pageStyles } from './styles/page-styles.js'
import { sectionStyles } from './styles/section-styles.js'

/** The style sheet of the page. */
export const styles: string = [pageStyles, sectionStyles, logStyles].join('\n')
