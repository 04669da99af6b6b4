"""Links between players and accounts at partners; one day also how a player makes one himself (OAuth 2)."""
