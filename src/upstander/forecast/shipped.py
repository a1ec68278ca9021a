"""Which models an issue is made with: the ones the scoreboard judges first and alerts ask about."""

DRAWS = "regime_pool"  # country-month deaths, in draws
CHANCES = "ensemble"  # yearly targets, as probabilities
