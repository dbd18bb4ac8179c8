/** Key of the trailer (git-interpret-trailers) that every commit of a deployment carries. */
export const deploymentTrailer = 'Tabship-Deployment'
