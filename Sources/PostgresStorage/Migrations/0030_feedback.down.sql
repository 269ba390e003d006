DROP TABLE mneme.feedback_tallies, mneme.context_feedback;
