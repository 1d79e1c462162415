"""Plans, logs, scores and reports courses of ketamine infusions with psychotherapy for PTSD."""
