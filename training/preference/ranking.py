"""Linear preference heads: pairs of a batch of ranked answers, the ranking loss with a margin, accuracy by grade.

Touvron et al. 2023, section 3.2.2: L = −log σ(r(chosen) − r(rejected) − m(grade)), margins (table 27) small 1, 2/3, 1/3, 0
or large 3, 2, 1, 0; K ranked answers make all their pairs, ties none (Ouyang et al. 2022).
"""

import torch
from torch.nn import functional

MARGINS = {"none": (0.0, 0.0, 0.0, 0.0), "small": (1.0, 2 / 3, 1 / 3, 0.0), "large": (3.0, 2.0, 1.0, 0.0)}
# Accuracy in % by grade with each kind of margin, and the average (table 28): 7 billion weights, choices of people.
PAPER = {"none": (79.1, 66.9, 59.8, 54.5, 62.5), "small": (80.4, 67.3, 60.4, 55.0, 63.0),
         "large": (80.7, 67.5, 60.5, 54.3, 62.9)}


def pairs_of(groups, grade):
    """Returns int64 [pairs, 3] of (chosen, rejected, grade).

    `groups` is a list of lists of (index, quality): answers to one prompt; `grade` gives a grade or None for two qualities.
    """
    found = []
    for group in groups:
        ranked = sorted(group, key=lambda one: -one[1])
        for i, (better, high) in enumerate(ranked):
            for worse, low in ranked[i + 1 :]:
                of_pair = grade(high, low)
                if of_pair is not None:
                    found.append((better, worse, of_pair))
    return torch.tensor(found, dtype=torch.long).view(-1, 3)


class Head:
    """r = weight · (x − mean) / scale + bias; linear, so that a person's own choices can move it with little data."""

    def __init__(self, weight, bias, mean, scale):
        self.weight, self.bias, self.mean, self.scale = weight, bias, mean, scale

    def __call__(self, inputs):
        """Returns the scores [n] of inputs [n, features]; σ of a score is between 0 and 1."""
        return ((inputs - self.mean) / self.scale) @ self.weight + self.bias


def spread(inputs):
    """Returns (mean, scale) of inputs [n, features], to standardise them with."""
    return inputs.mean(0), inputs.std(0).clamp(min=1e-4)


def fit(inputs, pairs, margin, standard, l2=1e-3, steps=60):
    """Returns the Head that has the least ranking loss plus l2 · |weight|² on the pairs; the problem is convex.

    `standard` is (mean, scale) of the inputs. The bias, which no pair can tell, puts r = 0 half-way between the chosen and
    the rejected.
    """
    mean, scale = standard
    normed = (inputs - mean) / scale
    differences = normed[pairs[:, 0]] - normed[pairs[:, 1]]
    margins = torch.tensor(MARGINS[margin])[pairs[:, 2]]
    weight = torch.zeros(inputs.shape[1], requires_grad=True)
    optimiser = torch.optim.LBFGS([weight], max_iter=steps, line_search_fn="strong_wolfe")

    def loss():
        optimiser.zero_grad()
        value = functional.softplus(margins - differences @ weight).mean() + l2 * weight.square().sum()
        value.backward()
        return value

    optimiser.step(loss)
    weight = weight.detach()
    middle = (normed[pairs[:, 0]] @ weight + normed[pairs[:, 1]] @ weight).mean() / 2
    return Head(weight, -middle, mean, scale)


def accuracy(scores, pairs):
    """Returns {grade: % of pairs ordered rightly, "all": over all pairs, "pairs": their number by grade}."""
    right = (scores[pairs[:, 0]] > scores[pairs[:, 1]]).float()
    found = {"pairs": [int((pairs[:, 2] == i).sum()) for i in range(4)]}
    found["by grade"] = [round(100 * right[pairs[:, 2] == i].mean().item(), 1) if found["pairs"][i] else None
                         for i in range(4)]
    found["all"] = round(100 * right.mean().item(), 1) if len(pairs) else None
    return found


def best_of(scores, groups):
    """Returns the mean quality of the answer with the highest score of each group of (index, quality)."""
    picked = [max(group, key=lambda one: float(scores[one[0]]))[1] for group in groups]
    return round(sum(picked) / len(picked), 4)
