"""Printed documents: what one contains, and turning it into a PDF."""
