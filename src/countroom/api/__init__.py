"""The admin API: what the command line, and later the console, stand on."""
