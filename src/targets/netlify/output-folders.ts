/** Where `netlify build` leaves functions that are packed, and what tells of them. */
export const packedFolder = '.netlify/functions'
/** Where `netlify build` leaves edge functions that are bundled. */
export const edgeFolder = '.netlify/edge-functions-dist'
/** Where frameworks leave functions that are still to be packed, the ones that win last. */
export const frameworkFolders: readonly string[] = ['.netlify/functions-internal', '.netlify/v1/functions']
/** Where frameworks leave edge functions that are still to be bundled. */
export const frameworkEdgeFolders: readonly string[] = ['.netlify/edge-functions', '.netlify/v1/edge-functions']
