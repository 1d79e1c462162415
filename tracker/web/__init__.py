"""HTTP: a folder for each feature."""
