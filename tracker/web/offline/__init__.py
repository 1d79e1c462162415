"""What a browser shows when there is no connection."""
