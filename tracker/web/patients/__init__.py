"""The list of patients, registering one, and a patient's own page for staff."""
