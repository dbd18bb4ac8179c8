/**
 * Events that GitHub has webhooks for, of repositories and of others (the part `x-webhooks` of its published contract). Whether one
 * is for repositories is GitHub's to say; a name that is none of these is a slip of the pen.
 */
export const hookEvents: ReadonlySet<string> = new Set([
  ...words('branch_protection_configuration branch_protection_rule check_run check_suite code_scanning_alert'),
  ...words('commit_comment create custom_property custom_property_values delete dependabot_alert deploy_key'),
  ...words('deployment deployment_protection_rule deployment_review deployment_status discussion discussion_comment'),
  ...words('fork github_app_authorization gollum installation installation_repositories installation_target'),
  ...words('issue_comment issue_dependencies issues label marketplace_purchase member membership merge_group meta'),
  ...words('milestone org_block organization package page_build personal_access_token_request ping project'),
  ...words('project_card project_column projects_v2 projects_v2_item projects_v2_status_update public pull_request'),
  ...words('pull_request_review pull_request_review_comment pull_request_review_thread push registry_package release'),
  ...words('repository repository_advisory repository_dispatch repository_import repository_ruleset'),
  ...words('repository_vulnerability_alert secret_scanning_alert secret_scanning_alert_location secret_scanning_scan'),
  ...words('security_advisory security_and_analysis sponsorship star status sub_issues team team_add watch'),
  ...words('workflow_dispatch workflow_job workflow_run'),
])

function words(text: string): string[] {
  return text.split(' ')
}
