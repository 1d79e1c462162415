"""Values in, picture out: the charts of a course and of an infusion."""
