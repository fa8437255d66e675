"""Bank accounts by country, payment references, codes to scan: what a library knows better than we do."""
