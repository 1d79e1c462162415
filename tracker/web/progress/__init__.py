"""How a course goes, in pictures and numbers: for the clinic, and for the patient."""
