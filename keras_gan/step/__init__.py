"""The adversarial step, once for all games: turns, conditions, optimisers, replicas, and the checks before it."""
