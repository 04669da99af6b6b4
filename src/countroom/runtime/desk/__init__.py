"""What the admin API asks of a hub, one file per thing: of one that runs, or of the files of one that is stopped."""
