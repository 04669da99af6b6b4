"""What a partner must have been told of linked players, judged from what was sent when, and when links were made."""
