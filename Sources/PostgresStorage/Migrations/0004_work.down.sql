DROP FUNCTION mneme.claim_jobs, mneme.job_counts;
DROP TABLE mneme.context_traces, mneme.requests, mneme.usage, mneme.events, mneme.event_heads, mneme.jobs;
