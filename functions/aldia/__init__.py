"""Al Día: helps freelancers get paid without fighting with their clients."""
