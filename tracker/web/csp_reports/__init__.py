"""What browsers say about a page that asked for more than its policy allows."""
