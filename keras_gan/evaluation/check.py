"""New scores held against recorded ones."""


def check(old, new):
    """Hold new scores against recorded ones. Raises ValueError, which names each that is missing, of another protocol,
    or outside its recorded band."""
    measured = {score.protocol.metric: score for score in new}
    troubles = []
    for score in old:
        again = measured.get(score.protocol.metric)
        if again is None:
            troubles.append(f"{score.name} is not measured any more")
            continue
        again.minus(score)
        low, high = score.band
        if not low <= again.value <= high:
            troubles.append(f"{score.name} is {again.value:.6g}, outside the recorded {low:.6g} to {high:.6g}")
    if troubles:
        raise ValueError(f"The check failed: {'; '.join(troubles)}.")


def near(one, other):
    """Equal to the digits of a card."""
    return one is not None and other is not None and abs(one - other) <= 1e-5 * max(abs(one), abs(other))
