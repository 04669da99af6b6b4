"""The vendors' endpoints, to try against. Imports nothing of ours: what checks us must not share our mistakes."""
