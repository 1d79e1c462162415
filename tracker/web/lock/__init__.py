"""The locked screen of a shared tablet."""
