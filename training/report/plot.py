"""A line chart as SVG, without a plotting library."""

WIDTH, HEIGHT, MARGIN = 640, 320, 48


def line_chart(points, x_label, y_label):
    """Returns an SVG of points [(x, y)]; the axes start at 0 and at the lowest y, rounded down."""
    right = max(x for x, _ in points)
    low, high = int(min(y for _, y in points)), int(max(y for _, y in points)) + 1

    def place(x, y):
        across = MARGIN + x / right * (WIDTH - 2 * MARGIN)
        return round(across, 1), round(HEIGHT - MARGIN - (y - low) / (high - low) * (HEIGHT - 2 * MARGIN), 1)

    marks = []
    for y in range(low, high + 1):
        _, at = place(0, y)
        marks.append(f'<path d="M{MARGIN} {at}H{WIDTH - MARGIN}" stroke="#ccc"/>'
                     f'<text x="{MARGIN - 8}" y="{at + 4}" text-anchor="end">{y}</text>')
    for i in range(5):
        at, _ = place(right * i / 4, low)
        marks.append(f'<text x="{at}" y="{HEIGHT - MARGIN + 18}" text-anchor="middle">{right * i / 4:.1f}</text>')
    line = " ".join(",".join(map(str, place(x, y))) for x, y in points)
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>', *marks,
        f'<polyline points="{line}" fill="none" stroke="#1f6feb" stroke-width="1.5"/>',
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 8}" text-anchor="middle">{x_label}</text>',
        f'<text x="{MARGIN}" y="24">{y_label}</text>', "</svg>", ""])
