/** One line of an order: a fruit, how many, and the price of one in cents. */
export interface OrderLine {
  fruit: string;
  count: number;
  price: number;
}

export interface Order {
  id: number;
  customer: string;
  lines: OrderLine[];
}

/** Returns the price of one line in cents. */
export function lineTotal(line: OrderLine): number {
  return line.count * line.price;
}

/** Returns the price of a whole order in cents. */
export function orderTotal(order: Order): number {
  let total = 0;
  for (const line of order.lines) {
    total += lineTotal(line);
  }
  return total;
}

/** Returns the orders of one customer. */
export function ordersOf(orders: Order[], customer: string): Order[] {
  return orders.filter((order) => order.customer === customer);
}
