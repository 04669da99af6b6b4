"""A seeded casino platform that speaks Fast Track, and the ledger that knows what must come of it.

An oracle: nothing else of the house is imported here, so that it cannot share our mistakes.
`platform` makes the traffic, `sender` sends it, `ledger` recounts it, `differences` compares.
"""
