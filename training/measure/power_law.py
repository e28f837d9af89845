"""The power law of loss over context (Xiong et al. 2023), and differences between models on the same rows."""

import numpy

GRID = numpy.arange(0.05, 1.5001, 0.01)  # of β


def power_law(contexts, losses, weights):
    """Returns (α, β, γ) of L(c) = (α/c)^β + γ: for each β of a grid weighted least squares with slope and γ ≥ 0."""
    shares = weights / weights.sum()
    x = contexts ** -GRID[:, None]  # [β, bucket]
    mean_x, mean_y = x @ shares, losses @ shares
    centred = x - mean_x[:, None]
    slope = numpy.maximum(0, (centred * (losses - mean_y)) @ shares / (centred**2 @ shares))
    gamma = mean_y - slope * mean_x
    through_0 = gamma < 0  # then the best line goes through 0
    slope = numpy.where(through_0, (x * losses) @ shares / (x**2 @ shares), slope)
    gamma = numpy.where(through_0, 0, gamma)
    best = numpy.argmin((slope[:, None] * x + gamma[:, None] - losses) ** 2 @ shares)
    return float(slope[best] ** (1 / GRID[best])), float(GRID[best]), float(gamma[best])


def fit(contexts, losses, samples=200):
    """Returns {"alpha": [value, low, high], …} of losses [rows, buckets], 95 % intervals by resampling rows.

    Buckets weigh by the inverse variance of their mean.
    """
    weights = 1 / (losses.var(0, ddof=1) + 1e-9)
    generator = numpy.random.default_rng(0)
    drawn = [power_law(contexts, losses[generator.integers(0, len(losses), len(losses))].mean(0), weights)
             for _ in range(samples)]
    low, high = numpy.percentile(drawn, (2.5, 97.5), axis=0)
    value = power_law(contexts, losses.mean(0), weights)
    return {name: [round(float(part[i]), 4) for part in (value, low, high)] for i, name in enumerate(("alpha", "beta", "gamma"))}


def compared(losses, base, last):
    """Returns [mean, low, high] of the difference of two losses [rows, buckets] over the last buckets, 95 % by bootstrap."""
    difference = (losses - base)[:, -last:].mean(1)
    generator = numpy.random.default_rng(0)
    means = difference[generator.integers(0, len(difference), (1000, len(difference)))].mean(1)
    return [round(float(value), 4) for value in (difference.mean(), *numpy.percentile(means, (2.5, 97.5)))]
