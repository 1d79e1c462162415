"""Where the check-ins of everybody in treatment stand."""
