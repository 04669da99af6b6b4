"""Where personal data lives: ciphers, keys, tokens, the blind index, and the process that guards them."""
