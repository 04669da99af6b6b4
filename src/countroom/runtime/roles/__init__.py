"""What each process of the hub runs, one file per role."""
