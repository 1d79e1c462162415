"""Safety alerts: the list, and closing one."""
