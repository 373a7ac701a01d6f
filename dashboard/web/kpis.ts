// Names of the KPIs for people. What a KPI means comes from the comments in the database.
export const names: Record<string, string> = {
  nps: 'Net promoter score', csat_pct: 'Satisfied customers (CSAT)', fcr_pct: 'Resolved at first contact', churn_pct: 'Customer churn',
  response_p90_seconds: 'First response, 90 % within', response_median_seconds: 'First response, median',
  resolution_median_seconds: 'Resolution, median', resolution_p90_seconds: 'Resolution, 90 % within',
  handle_median_seconds: 'Handle time, median', handle_p90_seconds: 'Handle time, 90 % within',
  wait_median_seconds: 'Wait for the answer, median', wait_p90_seconds: 'Wait for the answer, 90 % within',
  sla_response_pct: 'First responses in time (SLA)', sla_resolution_pct: 'Resolutions in time (SLA)',
  backlog: 'Backlog at the end', tickets: 'Tickets created', resolved: 'Tickets resolved', unanswered: 'Created, not answered yet',
  unresolved: 'Created, not resolved yet', deflected: 'Solved without an agent', negative_sentiment_pct: 'Negative sentiment',
  sentiment_avg: 'Sentiment, mean', reopen_pct: 'Reopened', escalation_pct: 'Escalated', transfer_pct: 'Transferred',
  abandonment_pct: 'Abandoned before the answer', ces_pct: 'Easy contacts (CES)', effort_avg: 'Effort score, mean',
  qa_score_pct: 'Quality score', self_service_pct: 'Solved by self-service', bot_resolution_pct: 'Solved by the bot',
  bot_escalation_pct: 'Handed over by the bot', cost_per_contact: 'Cost per contact', net_revenue_retention_pct: 'Net revenue retention',
  gross_revenue_retention_pct: 'Gross revenue retention', renewal_pct: 'Renewals', adoption_pct: 'Adoption',
  contact_rate_pct: 'Tickets per 100 customers', total_cost_per_contact: 'All costs per contact', adherence_pct: 'Adherence to the schedule',
  occupancy_pct: 'Occupancy', utilization_pct: 'Utilization', shrinkage_pct: 'Shrinkage', resolved_per_hour: 'Resolved per hour',
  survey_response_pct: 'Surveys answered', next_response_median_seconds: 'Next response, median',
  next_response_p90_seconds: 'Next response, 90 % within', session_self_service_pct: 'Help visits without a ticket',
};
export const nameOf = (kpi: string): string => names[kpi] ?? kpi.replace(/_/g, ' ');

export const filterNames: Record<string, string> = { team: 'Team', channel: 'Channel', category: 'Category', tier: 'Tier', agent: 'Agent' };
export const dimensionNames: Record<string, string> = {
  team: 'team', channel: 'channel', category: 'category', customer_tier: 'tier', agent: 'agent',
};
export const periodNames: [string, string][] = [
  ['today', 'Today'], ['yesterday', 'Yesterday'], ['7-days', 'Last 7 days'], ['28-days', 'Last 28 days'], ['13-weeks', 'Last 13 weeks'],
  ['month', 'This month'], ['last-month', 'Last month'], ['13-months', 'Last 13 months'], ['25-months', 'Last 25 months'],
  ['custom', 'Other days'],
];
