// Names of the KPIs for people. What a KPI means comes from the comments in the database.
export const names: Record<string, string> = {
  nps: 'Net promoter score',
  csat_pct: 'Satisfied customers (CSAT)',
  fcr_pct: 'Resolved at first contact',
  churn_pct: 'Customer churn',
  response_p90_seconds: 'First response, 90 % within',
  response_median_seconds: 'First response, median',
  resolution_median_seconds: 'Resolution, median',
  resolution_p90_seconds: 'Resolution, 90 % within',
  handle_median_seconds: 'Handle time, median',
  handle_p90_seconds: 'Handle time, 90 % within',
  wait_median_seconds: 'Wait for the answer, median',
  wait_p90_seconds: 'Wait for the answer, 90 % within',
  sla_response_pct: 'First responses in time (SLA)',
  sla_resolution_pct: 'Resolutions in time (SLA)',
  backlog: 'Backlog at the end',
  tickets: 'Tickets created',
  resolved: 'Tickets resolved',
  unanswered: 'Created, not answered yet',
  unresolved: 'Created, not resolved yet',
  deflected: 'Solved without an agent',
  negative_sentiment_pct: 'Negative sentiment',
  sentiment_avg: 'Sentiment, mean',
  reopen_pct: 'Reopened',
  escalation_pct: 'Escalated',
  transfer_pct: 'Transferred',
  abandonment_pct: 'Abandoned before the answer',
  ces_pct: 'Easy contacts (CES)',
  effort_avg: 'Effort score, mean',
  qa_score_pct: 'Quality score',
  self_service_pct: 'Solved by self-service',
  bot_resolution_pct: 'Solved by the bot',
  bot_escalation_pct: 'Handed over by the bot',
  cost_per_contact: 'Cost per contact',
  net_revenue_retention_pct: 'Net revenue retention',
  gross_revenue_retention_pct: 'Gross revenue retention',
  renewal_pct: 'Renewals',
  adoption_pct: 'Adoption',
  contact_rate_pct: 'Tickets per 100 customers',
  total_cost_per_contact: 'All costs per contact',
  adherence_pct: 'Adherence to the schedule',
  occupancy_pct: 'Occupancy',
  utilization_pct: 'Utilization',
  shrinkage_pct: 'Shrinkage',
  resolved_per_hour: 'Resolved per hour',
  survey_response_pct: 'Surveys answered',
  next_response_median_seconds: 'Next response, median',
  next_response_p90_seconds: 'Next response, 90 % within',
  session_self_service_pct: 'Help visits without a ticket',
};
export const nameOf = (kpi: string): string => names[kpi] ?? kpi.replace(/_/g, ' ');

// what a KPI is made of, for those who see nothing yet
const needs: [RegExp, string][] = [
  [/^nps$/, 'nps_score, or surveys of the kind nps'],
  [/^csat/, 'csat_score, or surveys of the kind csat'],
  [/^(ces|effort)/, 'ces_score, or surveys of the kind ces'],
  [/^fcr/, 'contacts and resolved_at, or messages'],
  [/^response/, 'first_response_at, or messages'],
  [/^resolution|^resolved$|^unresolved$/, 'resolved_at, or status changes'],
  [/^sla_response/, 'sla_response or sla_response_met, or a row of kpi_sla_policy'],
  [/^sla_resolution/, 'sla_resolution or sla_resolution_met, or a row of kpi_sla_policy'],
  [/sentiment/, 'messages of customers, or sentiment'],
  [/^reopen/, 'reopens, or status changes'],
  [/^handle/, 'handle_time, or talk_time, hold_time and wrap_time'],
  [/^wait/, 'wait_time'],
  [/^abandonment/, 'abandoned'],
  [/^qa_/, 'qa_points and qa_possible'],
  [/^transfer/, 'transferred, or status changes'],
  [/^escalation/, 'escalated'],
  [/^bot_/, 'bot_handled and bot_resolved'],
  [/^self_service/, 'self_service'],
  [/^cost/, 'cost'],
];

/** Says that tickets have no value of a KPI, and how to add it. */
export function nothingOf(kpi: string): string {
  const column = needs.find(([pattern]) => pattern.test(kpi))?.[1];
  return column ? `These tickets have no such value. It comes from ${column}.` : 'Nothing was counted.';
}

export const filterNames: Record<string, string> = {
  team: 'Team',
  channel: 'Channel',
  category: 'Category',
  tier: 'Tier',
  agent: 'Agent',
};
export const dimensionNames: Record<string, string> = {
  team: 'team',
  channel: 'channel',
  category: 'category',
  customer_tier: 'tier',
  agent: 'agent',
};
/** The filter of a dimension. */
export const filterOf = (dimension: string): string => (dimension === 'customer_tier' ? 'tier' : dimension);
export const periodNames: [string, string][] = [
  ['today', 'Today'],
  ['yesterday', 'Yesterday'],
  ['7-days', 'Last 7 days'],
  ['28-days', 'Last 28 days'],
  ['13-weeks', 'Last 13 weeks'],
  ['month', 'This month'],
  ['last-month', 'Last month'],
  ['13-months', 'Last 13 months'],
  ['25-months', 'Last 25 months'],
  ['custom', 'Other days'],
];
