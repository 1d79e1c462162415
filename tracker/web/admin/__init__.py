"""The clinic's settings: open days, closures, people, protocols. Shows nothing clinical."""
