"""How the others say it: one folder per dialect, one file per page of the vendor's manual. Pure."""
