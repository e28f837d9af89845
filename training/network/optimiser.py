"""The optimisers of pretraining: AdamW, or Muon for the matrices of the layers with AdamW for the rest."""

import torch


def orthogonalise(matrices, steps=5):
    """Returns [n, rows, columns] with all singular values moved near 1, by the quintic Newton-Schulz iteration.

    Coefficients: Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks".
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrices.bfloat16()
    tall = x.shape[1] > x.shape[2]
    x = x.transpose(1, 2) if tall else x  # the Gram matrix of the shorter side is the smaller one
    x = x / (x.flatten(1).norm(dim=1)[:, None, None] + 1e-7)
    for _ in range(steps):
        gram = torch.bmm(x, x.transpose(1, 2))
        x = a * x + torch.bmm(b * gram + c * torch.bmm(gram, gram), x)
    return (x.transpose(1, 2) if tall else x).float()


class Muon(torch.optim.Optimizer):
    """Momentum whose update is orthogonalised, for matrices; matrices of one shape are handled together.

    The update is scaled to the size AdamW's usually has, 0.2 · sqrt(longer side) · lr (Liu et al. 2025, arXiv
    2502.16982), so one learning rate and one weight decay serve both optimisers.
    """

    def __init__(self, parameters, weight_decay, momentum=0.95):
        super().__init__(parameters, {"lr": 0.0, "weight_decay": weight_decay, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            by_shape = {}
            for parameter in group["params"]:
                by_shape.setdefault(parameter.shape, []).append(parameter)
            for shape, parameters in by_shape.items():
                updates = orthogonalise(self._momenta(parameters, group["momentum"]))
                # Lists of tensors are changed by one call each: on a GPU a call costs more than the work of a small matrix.
                torch._foreach_mul_(parameters, 1 - group["lr"] * group["weight_decay"])
                torch._foreach_add_(parameters, list(updates), alpha=-0.2 * max(shape) ** 0.5 * group["lr"])

    def _momenta(self, parameters, decay):
        """Returns Nesterov's look-ahead of the running means of gradients, [n, rows, columns]."""
        for parameter in parameters:
            if "momentum" not in self.state[parameter]:
                self.state[parameter]["momentum"] = torch.zeros_like(parameter)
        gradients = [parameter.grad for parameter in parameters]
        momenta = [self.state[parameter]["momentum"] for parameter in parameters]
        torch._foreach_mul_(momenta, decay)
        torch._foreach_add_(momenta, gradients, alpha=1 - decay)
        return torch.stack(gradients).lerp_(torch.stack(momenta), decay)


def optimisers_for(model, kind):
    """Returns the list of optimisers for "adamw" or "muon". Weight decay is only for matrices, not for gains of norms."""
    named = list(model.named_parameters())
    hidden = [p for name, p in named if p.dim() == 2 and name.startswith("layers.")]
    others = [p for name, p in named if p.dim() == 2 and not name.startswith("layers.")]
    gains = [p for _, p in named if p.dim() == 1]
    decayed = others if kind == "muon" else hidden + others
    groups = [{"params": decayed, "weight_decay": 0.1}, {"params": gains, "weight_decay": 0.0}]
    fused = {"fused": True} if others[0].is_cuda else {}  # PyTorch 1.13 has no such option
    adamw = torch.optim.AdamW(groups, betas=(0.9, 0.95), eps=1e-8, **fused)
    return [adamw, Muon(hidden, weight_decay=0.1)] if kind == "muon" else [adamw]
