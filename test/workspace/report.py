"""A report over the orders of a month."""

from collections import defaultdict
from dataclasses import dataclass


@dataclass
class Sale:
    fruit: str
    count: int
    price: int

    def total(self) -> int:
        """Return the price of this sale in cents."""
        return self.count * self.price


def totals_by_fruit(sales: list[Sale]) -> dict[str, int]:
    """Return what was earned with each fruit, in cents."""
    totals = defaultdict(int)
    for sale in sales:
        totals[sale.fruit] += sale.total()
    return dict(totals)


def best_seller(sales: list[Sale]) -> str:
    """Return the fruit that earned the most."""
    totals = totals_by_fruit(sales)
    return max(totals, key=totals.get)
